#!/bin/sh
# Renders the whole lecture with subtitles and chapters: spoken by espeak-ng if it is installed, silent otherwise. Arguments go to
# the render: `scenes/episode.sh --quality draft`. PROGRAM names another build than the release.
set -eu
cd "$(dirname "$0")/.."
program="${PROGRAM:-target/release/surprisal}"
script=scenes/reinventing_entropy.yaml
if command -v espeak-ng >/dev/null 2>&1; then
    "$program" voice "$script" --voice output/voice --scratch 'espeak-ng -v {language} -s 150 -w {out} {text}'
    set -- --voice output/voice "$@"
fi
exec "$program" render "$script" -o output/reinventing_entropy.mp4 --captions drawn,embedded,files "$@"
