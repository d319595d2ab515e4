//! What stands beside the frame, in a real browser: groups hold their members, marks have names, sliders say what the script cannot
//! bear, outlines go along with edits, figures and renders leave the page.

use serde_json::json;

use super::browser::{FRAME, SHOWN, width};
use super::driver::Browser;
use super::server::Preview;

const SCRIPT: &str = "\
title: Panels
stage: { size: 320x180, fps: 30 }
vars: { n: 3 }
scenes:
  - id: one
    cast:
      pair: { row: [left, right], at: [-3, 0] }
      left: { circle: { radius: 1, fill: accent } }
      right: { circle: { radius: 1, fill: accent } }
      mean: { number: { value: 'log2(n)' }, at: [4, 2] }
    steps:
      - { indicate: pair, for: 0.5 }
      - figure: both
      - { set: { n: 9 }, for: 1 }
      - pause: 0.5
";

/// The box of what is drawn over the frame, in shares of it; `null` if nothing is.
const OUTLINE: &str = "(c => { const { width: w, height: h } = c; const d = c.getContext('2d').getImageData(0, 0, w, h).data; \
                       let b = null; for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) if (d[4 * (y * w + x) + 3] > 0) { \
                       b ??= [1, 1, 0, 0]; b = [Math.min(b[0], x / w), Math.min(b[1], y / h), Math.max(b[2], x / w), Math.max(b[3], y / h)]; } \
                       return b; })(document.getElementById('overlay'))";

#[test]
fn what_stands_beside_the_frame() {
    let Some(browser) = Browser::start() else {
        println!("skipped: there is no chromedriver with Chromium on this machine");
        return;
    };
    let preview = Preview::of(SCRIPT);
    width(&browser, (1440, 900));
    browser.open(&format!("http://127.0.0.1:{}/#{}", preview.port, preview.token));
    browser.until(&format!("Number(document.documentElement.dataset.film) > 0 && {SHOWN} > 0"));
    groups(&browser);
    outlines(&browser, &preview);
    sliders(&browser);
    leaves(&browser, &preview);
    assert!(browser.log().is_empty(), "{:?}", browser.log());
}

fn groups(browser: &Browser) {
    let names = "[...document.querySelectorAll('.actors .what')].map(e => e.textContent).join(' ')";
    browser.until(&format!("{names} === 'pair mean'"));
    browser.run("document.querySelector('[data-address=pair]').click()");
    browser.until(&format!("{names} === 'pair left right mean'"));
    browser.until("document.querySelector('.members [data-address=left]')");
    assert_eq!(browser.run("document.querySelector('[data-address=pair] .kind').textContent"), "group of 2");
    // What is picked on the frame is found in its group.
    browser.drag(&[browser.point("picture", 4.0 / 16.0, 0.5)]);
    browser.until("document.querySelector('.members li.lit .what')?.textContent === 'left'");
    let way = "[...document.querySelectorAll('.way .chip')].map(e => e.textContent).join(' ')";
    browser.until(&format!("{way} === 'pair left'"));
    browser.key("2");
    browser.until("document.querySelector('.steps .what')?.textContent === 'pair'");
    browser.key("1");
    browser.key("\u{e00c}"); // Escape
}

fn outlines(browser: &Browser, preview: &Preview) {
    let middle = |want: f64| format!("(b => b && Math.abs((b[0] + b[2]) / 2 - {want}) < 0.02)({OUTLINE})");
    // What is pointed at on the frame, and in the list.
    browser.hover(browser.point("picture", 12.0 / 16.0, 2.5 / 9.0));
    browser.until(&middle(0.75));
    preview.edit(&SCRIPT.replace("at: [4, 2]", "at: [4, -3]"));
    browser.until(&format!("{OUTLINE} === null"));
    preview.edit(SCRIPT);
    browser.until(&middle(0.75));
    let row = "document.querySelector('[data-address=pair]').getBoundingClientRect()";
    let at = browser.run(&format!("(r => [r.x + 20, r.y + 10])({row})"));
    browser.hover([at[0].as_f64().unwrap(), at[1].as_f64().unwrap()]);
    browser.until(&middle(5.0 / 16.0));
    preview.edit(&SCRIPT.replace("at: [-3, 0]", "at: [1, 0]"));
    browser.until(&middle(9.0 / 16.0));
    preview.edit(SCRIPT);
    browser.until(&middle(5.0 / 16.0));
}

fn sliders(browser: &Browser) {
    browser.key("3");
    let slider = "document.querySelector('.variable input[type=range]')";
    let field = "document.querySelector('.variable input[type=number]')";
    browser.until(slider);
    assert_eq!(browser.run(&format!("[Number({slider}.min), Number({slider}.max)]")), json!([0, 12]));
    assert_eq!(browser.run("document.querySelector('.variable .span').textContent"), "3 to 9 in the film");
    let hold = |value: &str| {
        browser.run(&format!(
            "(f => {{ f.value = '{value}'; f.dispatchEvent(new Event('input', {{ bubbles: true }})); }})({field})"
        ));
    };
    hold("-4");
    browser.until("document.querySelector('.unbearable .complaint')?.textContent.includes('cannot bear')");
    browser.until("document.querySelector('.complaint pre')?.textContent.includes('log2(n)')");
    hold("5");
    browser.until("document.querySelectorAll('.unbearable').length === 0");
    browser.run("document.querySelector('.variable button').click()");
}

fn leaves(browser: &Browser, preview: &Preview) {
    browser.key("5");
    browser.until("document.querySelector('.figure .what')?.textContent === 'both'");
    browser.run("document.querySelector('.figure .row').click()");
    browser.until(&format!("{FRAME} === 14"));
    let status = |text: &str| format!("document.getElementById('status').textContent.includes('{text}')");
    browser.run("document.querySelector('[aria-label=\"Download both as SVG\"]').click()");
    browser.until(&status("Saved both.svg"));
    browser.run("document.querySelector('[aria-label=\"Save the frame as SVG\"]').click()");
    browser.until(&status("Saved small-14.svg"));
    // From the playhead to the end.
    browser.run("(s => { s.value = 'here'; })(document.getElementById('stretch'))");
    browser.run("document.getElementById('render').click()");
    browser.until("document.querySelector('.render .finding.good')?.textContent.includes('small-0.47-end.mp4')");
    assert!(preview.folder.path().join("small-0.47-end.mp4").exists());
    // One that is cancelled.
    preview.edit(&SCRIPT.replace("pause: 0.5", "{ move: pair, by: [1, 0], for: 120 }").replace("320x180", "1920x1080"));
    browser.until("Number(document.getElementById('timeline').getAttribute('aria-valuemax')) > 3000");
    browser.run("(s => { s.value = 'all'; })(document.getElementById('stretch'))");
    browser.run("(s => { s.value = 'final'; })(document.getElementById('quality'))");
    browser.run("document.getElementById('render').click()");
    browser.until("document.querySelector('.render progress')?.value > 0");
    browser.run("document.getElementById('cancel').click()");
    browser.until("document.querySelector('.render .message')?.textContent.includes('Cancelled')");
}
