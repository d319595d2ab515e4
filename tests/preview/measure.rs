//! What the preview takes its time for: `cargo test --release --test preview -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use super::browser::{FRAME, SHOWN, scheme, width};
use super::driver::Browser;
use super::server::Preview;

/// A film of ten minutes: sixty scenes with a heading, a formula, coins, a number that counts.
fn ten_minutes(text: &str) -> String {
    let mut script = "title: Ten minutes\nstage: { size: 1920x1080, fps: 60 }\nscenes:\n".to_owned();
    for scene in 1..=60 {
        let heading = if scene == 20 { text.to_owned() } else { format!("Scene {scene}") };
        script.push_str(&format!(
            "  - id: s{scene}\n    vars: {{ p: 0.{} }}\n    cast:\n      heading: {{ text: {{ text: '{heading}', size: 0.7 }}, at: [0, 3.7] }}\n      \
             law: {{ formula: 'H(p) = -p \\log_2 p - (1-p) \\log_2 (1-p)', at: [0, 2.4] }}\n      coins: {{ coins: {{ count: 24, seed: {scene} }}, at: [-3.5, -0.8] }}\n      \
             read: {{ number: {{ value: H(p), label: '$H =$', format: '.3' }}, at: [4, 0] }}\n    steps:\n      - {{ write: heading, for: 0.8 }}\n      \
             - {{ write: law, for: 1.2 }}\n      - pause: 1\n      - {{ fade_in: [coins, read], for: 0.6 }}\n      - {{ do: {{ coins: flip }}, for: 1.4 }}\n      \
             - {{ set: {{ p: 0.9 }}, for: 2 }}\n      - pause: 1\n      - {{ fade_out: [coins, law], for: 0.5 }}\n      - pause: 1.5\n",
            scene % 8 + 1
        ));
    }
    script
}

#[test]
#[ignore = "measures; takes a minute"]
fn edits_playback_and_scrubbing() {
    let Some(browser) = Browser::start() else { return };
    let preview = Preview::of(&ten_minutes("Scene 20"));
    scheme(&browser, "dark");
    width(&browser, (1360, 860));
    browser.open(&format!("http://127.0.0.1:{}/#{}", preview.port, preview.token));
    browser.until(&format!("Number(document.documentElement.dataset.film) > 0 && {SHOWN} > 0"));
    println!(
        "picture {}",
        browser.run("document.getElementById('picture').width + 'x' + document.getElementById('picture').height")
    );
    // In the middle of scene 20, where the edited heading stands.
    let at = 19 * 600 + 200;
    browser.drag(&[browser.point("timeline", f64::from(at) / 36_000.0, 0.06)]);
    browser.until(&format!("Math.abs({FRAME} - {at}) < 150"));
    let mut edits: Vec<f64> = (0..50)
        .map(|number| {
            std::thread::sleep(Duration::from_millis(if number % 5 == 0 { 1500 } else { 100 }));
            let shown = browser.run(SHOWN);
            let begin = Instant::now();
            preview.edit(&ten_minutes(&format!("Edit {number}")));
            browser.until(&format!("{SHOWN} > {shown}"));
            begin.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    edits.sort_by(f64::total_cmp);
    println!("save to picture: median {:.0} ms, fastest {:.0}, slowest {:.0}", edits[25], edits[0], edits[49]);
    for (name, at) in [("rest and writing", 0), ("coins and numbers", 19 * 600 + 180)] {
        browser.drag(&[browser.point("timeline", f64::from(at) / 36_000.0, 0.06)]);
        std::thread::sleep(Duration::from_millis(500));
        let before = browser.run(SHOWN).as_i64().unwrap();
        browser.key(" ");
        std::thread::sleep(Duration::from_secs(10));
        browser.key(" ");
        let frames = browser.run(SHOWN).as_i64().unwrap() - before;
        println!("playback from {name}: {frames} frames shown in 10 s");
    }
    let scrub = "(async () => { const { told, frame } = await import('/server.js'); const all = []; for (let i = 0; i < 60; i++) { \
                 const t = performance.now(); await frame((i * 577) % 36000, [960, 540]); all.push(performance.now() - t); } \
                 all.sort((a, b) => a - b); window.scrub = all; })()";
    browser.run(scrub);
    browser.until("window.scrub");
    println!(
        "scrub, anywhere in the film, 960x540: median {} ms, slowest {} ms",
        browser.run("Math.round(window.scrub[30])"),
        browser.run("Math.round(window.scrub[59])")
    );
}
