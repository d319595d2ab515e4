#!/bin/sh
# Renders a film of ten minutes, then makes an edit of one step and renders again, for a change of a colour, of a text, of a duration
# (which shifts all that follows) and of an asset. Prints the time of each against the first render; the aim is at most 5 %.
# Arguments go to each render: `benches/edit.sh --quality preview`. PROGRAM names another build than the release.
set -eu
here="$(cd "$(dirname "$0")/.." && pwd)"
program="${PROGRAM:-$here/target/release/surprisal}"
place="$(mktemp -d)"
trap 'rm -r "$place"' EXIT
export SURPRISAL_CACHE="$place/cache"
cd "$place"

# Sixty scenes of ten seconds: a heading, a formula, coins that are thrown, bars that change, rest between them.
film() {
    echo 'title: Ten minutes'
    echo 'stage: { size: 1920x1080, fps: 60 }'
    echo 'scenes:'
    for scene in $(seq 1 60); do
        color=accent text="Scene $scene" pause=1 extra= shown='coins, read'
        if [ "$scene" = 20 ]; then
            color="$1" text="$2" pause="$3" shown='coins, read, picture'
            extra='      picture: { image: { file: picture.png, height: 2 }, at: [6, -3] }'
        fi
        cat <<SCENE
  - id: s$scene
    vars: { p: 0.$((scene % 8 + 1)) }
    cast:
      heading: { text: { text: "$text", size: 0.7 }, at: [0, 3.7] }
      law: { formula: 'H(p) = -p \log_2 p - (1-p) \log_2 (1-p)', at: [0, 2.4] }
      coins: { coins: { count: 24, seed: $scene }, at: [-3.5, -0.8] }
      read: { number: { value: H(p), label: \$H =\$, format: '.3', color: $color }, at: [4, 0] }
$extra
    steps:
      - write: heading
        for: 0.8
      - write: law
        for: 1.2
      - pause: $pause
      - fade_in: [$shown]
        for: 0.6
      - do: { coins: flip }
        for: 1.4
      - set: { p: 0.9 }
        for: 2
      - pause: 1
      - fade_out: [coins, law]
        for: 0.5
      - pause: 1.5
SCENE
    done
}

# PNG files of one colour, by ffmpeg.
picture() {
    ffmpeg -v error -y -f lavfi -i "color=$1:size=64x64" -frames:v 1 -update 1 picture.png
}

# Wall and processor seconds of a render, children included.
timed() {
    name="$1"; shift
    start="$(date +%s.%N)"
    before="$(cut -d' ' -f14-17 /proc/$$/stat)"
    said="$("$program" render film.yaml -o film.mp4 "$@" 2>/dev/null)"
    after="$(cut -d' ' -f14-17 /proc/$$/stat)"
    end="$(date +%s.%N)"
    echo "$before $after $start $end" | awk -v name="$name" -v ticks="$(getconf CLK_TCK)" -v said="$said" -v first="${first:-0}" '{
        wall = $10 - $9; cpu = ($7 + $8 - $3 - $4) / ticks
        split(first, cold, " "); share = ""
        if (first != "0") share = sprintf("%5.1f %% %5.1f %%", 100 * wall / cold[1], 100 * cpu / cold[2])
        match(said, /[0-9]+ of [0-9]+ segments/); reused = RSTART ? substr(said, RSTART, RLENGTH) " reused" : ""
        printf "%-22s %8.1f s %8.1f s  %17s  %s\n", name, wall, cpu, share, reused
        print wall, cpu > "last"
    }'
}

printf '%-22s %10s %10s  %17s\n' '' wall cpu 'share of cold'
picture red
film accent 'Scene 20' 1 > film.yaml
timed 'cold' "$@"
first="$(cat last)"
timed 'nothing changed' "$@"
film heads 'Scene 20' 1 > film.yaml
timed 'another colour' "$@"
film heads 'Scene twenty' 1 > film.yaml
timed 'another text' "$@"
film heads 'Scene twenty' 1.37 > film.yaml
timed 'another duration' "$@"
picture blue
timed 'another asset' "$@"
