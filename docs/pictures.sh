#!/bin/sh
# Draws the pictures that documents show, at the size in which they are shown.
set -eu
cd "$(dirname "$0")/.."
program="${PROGRAM:-target/release/surprisal}"
"$program" frame scenes/reinventing_entropy.yaml --at thumbnail -o docs/images/entropy.png --size 1200x676
"$program" render scenes/reinventing_entropy.yaml --scene b17 --size 640x360 --fps 15 --captions none --audio none -o docs/images/space.webp
