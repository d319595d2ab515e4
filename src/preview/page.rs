//! The page itself: a fixed table of names, each with what is sent for it. Nothing is ever looked for on disk.

/// A file of the page.
pub(super) struct Asset {
    /// Its path in the address.
    pub(super) path: &'static str,
    /// What browsers are told that it is.
    pub(super) kind: &'static str,
    /// Its bytes.
    pub(super) bytes: &'static [u8],
}

macro_rules! assets {
    ($($path:literal $kind:literal $file:literal,)*) => {
        &[$(Asset { path: $path, kind: $kind, bytes: include_bytes!(concat!("../../assets/preview/", $file)) },)*]
    };
}

/// All of them.
pub(super) const ASSETS: &[Asset] = assets![
    "/" "text/html; charset=utf-8" "index.html",
    "/style.css" "text/css; charset=utf-8" "style.css",
    "/main.js" "text/javascript; charset=utf-8" "main.js",
    "/server.js" "text/javascript; charset=utf-8" "server.js",
    "/picture.js" "text/javascript; charset=utf-8" "picture.js",
    "/player.js" "text/javascript; charset=utf-8" "player.js",
    "/sound.js" "text/javascript; charset=utf-8" "sound.js",
    "/timeline.js" "text/javascript; charset=utf-8" "timeline.js",
    "/panels.js" "text/javascript; charset=utf-8" "panels.js",
    "/output.js" "text/javascript; charset=utf-8" "output.js",
    "/stage.js" "text/javascript; charset=utf-8" "stage.js",
    "/keys.js" "text/javascript; charset=utf-8" "keys.js",
    "/icon.svg" "image/svg+xml" "icon.svg",
    "/plex-sans.ttf" "font/ttf" "../fonts/IBMPlexSans-Regular.ttf",
    "/plex-sans-semibold.ttf" "font/ttf" "../fonts/IBMPlexSans-SemiBold.ttf",
    "/plex-mono.ttf" "font/ttf" "../fonts/IBMPlexMono-Regular.ttf",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_nobody_else_and_runs_nothing_of_its_own() {
        for asset in ASSETS.iter().filter(|asset| asset.kind.starts_with("text/")) {
            let text = std::str::from_utf8(asset.bytes).unwrap();
            assert!(!text.contains("://"), "{} names another site", asset.path);
            assert!(!text.contains("innerHTML") && !text.contains("eval("), "{} makes markup of text", asset.path);
            assert!(text.lines().count() < 500, "{} is long", asset.path);
        }
        let page = std::str::from_utf8(ASSETS[0].bytes).unwrap();
        assert!(!page.contains(" style=") && !page.contains(" onclick="));
        for name in page.split("src=\"").chain(page.split("href=\"")).filter_map(|rest| rest.split('"').next()) {
            let local = name.starts_with('/');
            assert!(!local || ASSETS.iter().any(|asset| asset.path == name), "{name}");
        }
    }
}
