#!/bin/sh
# Draws the pictures that documents show, at the size in which they are shown.
set -eu
cd "$(dirname "$0")/.."
frame() { target/release/surprisal frame "$1" --at "$2" -o "docs/images/$3.png" --size 1200x676; }
frame scenes/entropy_in_short.yaml area entropy
