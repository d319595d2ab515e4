# What a new machine needs beyond Rust is installed from its package manager when it is missing.
.PHONY: clip episode test soak bench floor edit pictures reference strips write-up ffmpeg chromium clean

# Renders a lecture clip of two minutes to output/entropy_in_short.mp4.
clip: ffmpeg
	cargo run --release --locked -- render scenes/entropy_in_short.yaml -o output/entropy_in_short.mp4

# Renders the whole lecture, twenty minutes, to output/reinventing_entropy.mp4; where espeak-ng is installed, with a voice to try
# it out, otherwise silent.
episode: ffmpeg
	cargo build --release --locked
	scenes/episode.sh

# Passes all tests.
test: ffmpeg
	cargo test --locked

# Kills, stops and starves renders for some minutes, and compares with undisturbed ones.
soak: ffmpeg
	cargo test --locked --test encode_faults -- --ignored --nocapture --test-threads 1 soak::

# Times the stages, then the bench scenes with and without encoding.
bench: ffmpeg
	cargo bench --locked --bench stages --bench visuals
	cargo build --release --locked
	benches/scenes.sh

# Times rendering against encoding alone: what all but the encoder costs.
floor: ffmpeg
	cargo bench --locked --bench floor

# Times a second render of a film of ten minutes, after an edit of one step.
edit: ffmpeg
	cargo build --release --locked
	benches/edit.sh

# Draws the pictures that documents show.
pictures:
	cargo build --release --locked
	docs/pictures.sh

# Writes the reference of the language and its schema.
reference:
	cargo run --locked -q -- reference --out docs/reference
	cargo run --locked -q -- schema > docs/schema.json

# Draws a strip of 12 frames of each scene in scenes/motion, and the page that shows them.
strips:
	cargo build --locked
	docs/strips.sh

# Draws the figures of the article on part 1, and makes it where Typst (PDF) and pandoc (HTML) are installed.
write-up:
	cargo run --locked -q -- figures scenes/reinventing_entropy/[a-f]_*.yaml --out docs/write-up/figures --snippets
	docs/write-up/make.sh

# Installs ffmpeg if there is none.
ffmpeg:
	@command -v "$${SURPRISAL_FFMPEG:-ffmpeg}" >/dev/null 2>&1 || sh .ci/install-ffmpeg

# Installs a browser and its driver for the test of the preview, where that is one command; without them the test is skipped.
chromium:
	@command -v chromedriver >/dev/null 2>&1 || sh .ci/install-chromium

clean:
	cargo clean
