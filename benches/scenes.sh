#!/bin/sh
# Renders the bench scenes, first drawing only, then with the encoder, and prints what the program says of each; then times one
# frame at the end of the episode. Run it on a quiet machine, three times, and quote medians.
set -eu
cd "$(dirname "$0")/.."
program=target/release/surprisal
out="$(mktemp -d)"
trap 'rm -r "$out"' EXIT
for scene in coins tree curve; do
    for encoder in null libx264; do
        printf '%s, %s: ' "$scene" "$encoder"
        "$program" render "scenes/bench/$scene.yaml" --encoder "$encoder" -o "$out/$scene.mp4" 2>/dev/null
    done
done
time "$program" frame scenes/entropy_in_short.yaml --at last -o "$out/last.png"
