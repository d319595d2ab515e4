#!/bin/sh
# Makes the article: output/entropy.pdf by Typst, output/entropy.html by pandoc, whichever is there.
set -eu
cd "$(dirname "$0")"
out="$PWD/../../output"
if command -v typst >/dev/null 2>&1; then
    typst compile entropy.typ "$out/entropy.pdf"
    echo "output/entropy.pdf"
else
    echo "skipped: there is no typst for entropy.pdf" >&2
fi
if command -v pandoc >/dev/null 2>&1; then
    pandoc --standalone --embed-resources --mathml entropy.md -o "$out/entropy.html" ||
        pandoc --standalone --self-contained --mathml entropy.md -o "$out/entropy.html"
    echo "output/entropy.html"
else
    echo "skipped: there is no pandoc for entropy.html" >&2
fi
