//! Every ceiling, one named constant each, with its reason.

/// Findings kept from one run; more help nobody.
pub const DIAGNOSTICS: usize = 200;
/// Bytes of one script file: a book of narration is under 1 MB.
pub const SCRIPT_BYTES: usize = 4 << 20;
/// Bytes of one file of data: tables for plots and texts for counting are far below.
pub const DATA_BYTES: usize = 4 << 20;
/// Cells of a table, or values of a JSON file.
pub const DATA_CELLS: usize = 1_000_000;
/// Columns of a table.
pub const DATA_COLUMNS: usize = 1_000;
/// Depth of nested YAML collections: scenes need about ten; the parser recurses.
pub const YAML_DEPTH: usize = 64;
/// YAML nodes after aliases are expanded: stops alias bombs, with a place.
pub const YAML_NODES: usize = 1_000_000;
/// Steps in a film.
pub const STEPS: usize = 50_000;
/// Steps of a scene that go by what was before them (followers, what is let go, arranged or restored), for each actor: each is
/// worked out from all that came before, when the film is compiled.
pub const LINKS: usize = 5_000;
/// Actors in a scene.
pub const ACTORS: usize = 10_000;
/// Symbols in one source.
pub const SYMBOLS: usize = 100_000;
/// Figures of a section: a book has some hundred.
pub const FIGURES: usize = 2_000;
/// Copies that `repeat` or a visual with a count makes.
pub const COUNT: usize = 10_000;
/// Characters of one text or formula.
pub const TEXT_CHARS: usize = 20_000;
/// Bytes of one image or SVG file.
pub const ASSET_BYTES: u64 = 64 << 20;
/// Pixels of one decoded image: 8K by 8K.
pub const IMAGE_PIXELS: u64 = 64 << 20;
/// Frame edge in pixels: the drawing guard's range, and 16K video is out of reach of encoders.
pub const FRAME_EDGE_PX: u32 = 16_384;
/// Pixels of one frame: 8K UHD; a frame of it takes 133 MB as RGBA.
pub const FRAME_PIXELS: u64 = 7_680 * 4_320;
/// Frames a second; encoders' time bases end near here.
pub const FPS: u32 = 240;
/// Length of a film: ten hours.
pub const FILM_SECS: f64 = 36_000.0;
/// Coordinates handed to the rasterizer, in pixels either side of the origin: it aborts the process from 2^29 on.
pub const RASTER_COORD_PX: f32 = 16_384.0;
/// Elements of one path handed to the rasterizer.
pub const PATH_ELEMENTS: usize = 200_000;
/// Dashes of one stroke: beyond, the rasterizer takes seconds or draws nothing.
pub const DASHES: usize = 10_000;
/// Operations of one expression: a millisecond or so.
pub const EXPRESSION_OPERATIONS: u64 = 100_000;
/// Operations of one expression with all calls of functions for the items of lists: some tens of milliseconds.
pub const OPERATIONS_WITH_LISTS: u64 = 1_000_000;
/// Nesting of groups of items in a display list.
pub const GROUP_DEPTH: usize = 64;
/// Actors that are placed one by another in a chain: each takes some of a thread's stack.
pub const PLACEMENT_DEPTH: usize = 200;
/// Worker threads.
pub const JOBS: usize = 64;
/// Bytes kept of ffmpeg's last words.
pub const FFMPEG_LOG_BYTES: usize = 64 << 10;
/// Actors and parts that the preview tells of one frame: more would be neither read nor pointed at.
pub const PARTS_TOLD: usize = 2_000;
/// Seconds of one file of sound: a sound that is decoded takes 0.4 MB a second.
pub const SOUND_SECS: u64 = 1_200;
