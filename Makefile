# What a new machine needs beyond Rust is installed from its package manager when it is missing.
.PHONY: episode test bench pictures reference strips ffmpeg clean

# Renders the lecture clip to output/reinventing_entropy.mp4.
episode: ffmpeg
	cargo run --release --locked -- render scenes/reinventing_entropy.yaml -o output/reinventing_entropy.mp4

# Passes all tests.
test: ffmpeg
	cargo test --locked

# Times the stages, then the bench scenes with and without encoding.
bench: ffmpeg
	cargo bench --locked
	cargo build --release --locked
	benches/scenes.sh

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

# Installs ffmpeg if there is none.
ffmpeg:
	@command -v "$${SURPRISAL_FFMPEG:-ffmpeg}" >/dev/null 2>&1 || sh .ci/install-ffmpeg

clean:
	cargo clean
