#!/bin/sh
# Draws a strip of 12 frames of each scene in scenes/motion, and the page that shows them.
set -eu
cd "$(dirname "$0")/.."
mkdir -p docs/motion
program="${PROGRAM:-target/debug/surprisal}"
page=docs/motion/README.md
printf '# Motion\n\nTwelve frames of each scene in `scenes/motion`. Made by `make strips`.\n' > "$page"
for scene in scenes/motion/*.yaml; do
  name=$(basename "$scene" .yaml)
  "$program" frame "$scene" --strip 12 --size 480x270 -o "docs/motion/$name.png"
  about=$(sed -n '1s/^# //p' "$scene")
  printf '\n### [%s](../../%s)\n\n%s\n\n![%s](%s.png)\n' "$name" "$scene" "$about" "$name" "$name" >> "$page"
done
