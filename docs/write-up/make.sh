#!/bin/sh
# Makes the article: output/entropy.pdf by Typst, output/entropy.html by pandoc, whichever is there.
set -eu
cd "$(dirname "$0")"
out="$PWD/../../output"
# Where .ci/install-typst puts one.
PATH="$PATH:${CARGO_TARGET_DIR:-$PWD/../../target}/typst"
if command -v typst >/dev/null 2>&1; then
    typst compile entropy.typ "$out/entropy.pdf"
    echo "output/entropy.pdf"
else
    echo "skipped: there is no typst for entropy.pdf; .ci/install-typst fetches one" >&2
fi
if command -v pandoc >/dev/null 2>&1; then
    # Pandoc has had another name for it before version 2.19.
    embed=--self-contained
    if pandoc --help | grep -q -e --embed-resources; then embed=--embed-resources; fi
    pandoc --standalone "$embed" --mathml --css article.css --metadata pagetitle="The price of a surprise" --metadata lang=en \
        entropy.md -o "$out/entropy.html"
    echo "output/entropy.html"
else
    echo "skipped: there is no pandoc for entropy.html" >&2
fi
