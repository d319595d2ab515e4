//! The page in a real browser: a film is opened, played, scrubbed, pointed at, edited, broken and mended, at three widths and
//! in both colour schemes. Where there is no Chromium this says so and passes; `.ci/run` installs it.

use std::path::Path;

use serde_json::json;

use super::driver::Browser;
use super::server::{Preview, SCRIPT};

const WIDTHS: [(u32, u32); 3] = [(1440, 900), (1024, 768), (390, 844)];
pub const SHOWN: &str = "Number(document.getElementById('picture').dataset.shown)";
pub const FRAME: &str = "Number(document.getElementById('picture').dataset.frame)";
/// A fingerprint of the picture.
const PIXELS: &str = "(d => { let h = 0; for (let i = 0; i < d.length; i += 4) h = (h * 31 + d[i] + 7 * d[i + 1]) | 0; return h; })\
                      ((c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data)(document.getElementById('picture')))";
/// Controls without a name for those who do not see them.
const NAMELESS: &str = "[...document.querySelectorAll('button, select, input, [tabindex], [role=img]')].filter(e => !(e.getAttribute('aria-label') || \
                        e.getAttribute('aria-labelledby') || e.textContent.trim() || e.closest('label')?.textContent.trim())).map(e => e.outerHTML)";

#[test]
fn a_lecturer_works_with_the_page() {
    let Some(browser) = Browser::start() else {
        println!("skipped: there is no chromedriver with Chromium on this machine");
        return;
    };
    let preview = Preview::of(SCRIPT);
    scheme(&browser, "dark");
    width(&browser, WIDTHS[0]);
    browser.open(&format!("http://127.0.0.1:{}/#{}", preview.port, preview.token));
    browser.until(&format!("Number(document.documentElement.dataset.film) > 0 && {SHOWN} > 0"));
    plays_and_goes(&browser);
    points_and_holds(&browser);
    follows_edits(&browser, &preview);
    for (name, size) in ["dark", "light"].iter().flat_map(|name| WIDTHS.map(|size| (name, size))) {
        scheme(&browser, name);
        width(&browser, size);
        browser.until("document.querySelectorAll('.actors li').length > 0");
        let beyond = browser.run("document.scrollingElement.scrollWidth - innerWidth");
        assert!(beyond.as_i64().unwrap() <= 0, "at {size:?} the page is {beyond} px too wide");
        assert_eq!(browser.run(NAMELESS), json!([]));
        let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("preview-{}-{name}.png", size.0));
        std::fs::write(picture, browser.picture()).unwrap();
    }
    let elsewhere =
        "performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin + '/'))";
    assert_eq!(browser.run(elsewhere), json!([]));
    assert!(browser.log().is_empty(), "{:?}", browser.log());
}

fn plays_and_goes(browser: &Browser) {
    browser.key(" ");
    browser.until(&format!("{FRAME} > 10 && {SHOWN} > 4"));
    browser.key(" ");
    browser.until("document.getElementById('play').getAttribute('aria-label') === 'Play'");
    browser.key("\u{e011}"); // Home
    browser.until(&format!("{FRAME} === 0"));
    browser.key("\u{e014}"); // right
    browser.until(&format!("{FRAME} === 1"));
    browser.key("]");
    browser.until(&format!("{FRAME} === 14"));
    browser.key("\u{e00f}"); // page down
    browser.until(&format!("{FRAME} === 75 && document.getElementById('place').textContent.includes('two')"));
    let on_ruler = |share: f64| browser.point("timeline", share, 0.06);
    browser.drag(&[on_ruler(0.1), on_ruler(0.3), on_ruler(0.5)]);
    browser.until(&format!("Math.abs({FRAME} - 65) <= 2"));
}

fn points_and_holds(browser: &Browser) {
    browser.key("\u{e011}");
    browser.until(&format!("{FRAME} === 0 && document.querySelectorAll('.actors li').length === 3"));
    browser.drag(&[browser.point("picture", 4.0 / 16.0, 6.5 / 9.0)]);
    browser.until("document.querySelector('.actors li.lit .what')?.textContent === 'dot'");
    browser.until("document.querySelector('.actors li.lit pre').textContent.includes('circle')");
    browser.key("3");
    let before = browser.run(PIXELS);
    browser.run("(s => { s.value = 0.9; s.dispatchEvent(new Event('input', { bubbles: true })); })(document.querySelector('.variable input[type=range]'))");
    browser.until(&format!("{PIXELS} !== {before}"));
    browser.run("document.querySelector('.variable button').click()");
    browser.until(&format!("{PIXELS} === {before}"));
    browser
        .run("(s => { s.value = 'paper'; s.dispatchEvent(new Event('change')); })(document.getElementById('theme'))");
    browser.until(&format!("{PIXELS} !== {before}"));
    browser.run("(s => { s.value = ''; s.dispatchEvent(new Event('change')); })(document.getElementById('theme'))");
    browser.until(&format!("{PIXELS} === {before}"));
}

fn follows_edits(browser: &Browser, preview: &Preview) {
    browser.key("]");
    browser.until(&format!("{FRAME} === 14"));
    let before = browser.run(PIXELS);
    preview.edit(&SCRIPT.replace("text: bits", "text: nats"));
    browser.until(&format!("{FRAME} === 14 && {PIXELS} !== {before}"));
    let edited = browser.run(PIXELS);
    preview.edit(&SCRIPT.replace("write: a", "wirte: a"));
    browser.until("document.getElementById('status').textContent.includes('the last good film is shown')");
    browser.until("document.querySelector('.finding.error pre mark').textContent === 'wirte'");
    assert_eq!(browser.run(PIXELS), edited);
    preview.edit(SCRIPT);
    browser.until(&format!("document.querySelectorAll('.finding.error').length === 0 && {PIXELS} === {before}"));
    browser.key("1");
}

pub fn scheme(browser: &Browser, name: &str) {
    let features = json!([{ "name": "prefers-color-scheme", "value": name }]);
    browser.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }));
}

pub fn width(browser: &Browser, (width, height): (u32, u32)) {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", &size);
}
