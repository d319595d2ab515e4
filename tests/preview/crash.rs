//! A frame that brings the renderer down (W12): the server lives and says so, in the browser too.

use super::browser::{FRAME, SHOWN};
use super::driver::Browser;
use super::server::{Preview, SCRIPT};

const HOOK: [(&str, &str); 1] = [("SURPRISAL_STUDIO_ABORTS_AT", "30")];

fn preview() -> Preview {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("small.yaml"), SCRIPT).unwrap();
    Preview::in_surroundings(folder, &[], &HOOK).unwrap()
}

#[test]
fn a_frame_that_aborts_ends_the_studio_and_no_more() {
    let mut preview = preview();
    let mut last = preview.until("a film", |state| state["film"] == 1);
    assert_eq!(preview.ask("/frame", "at=29&width=64&height=36").status, 200);
    for _ in 0..3 {
        let crashed = preview.ask("/frame", "at=30&width=64&height=36");
        assert_eq!(crashed.status, 500);
        assert!(String::from_utf8(crashed.body).unwrap().contains("crashed"));
        last = preview.until("another studio", |state| {
            state["studio"] != last["studio"] && state["film"] == state["version"] && state["trouble"].is_null()
        });
        assert_eq!(preview.ask("/frame", "at=31&width=64&height=36").status, 200);
    }
    assert!(preview.is_alive());
}

#[test]
fn the_page_says_that_a_frame_crashed_and_shows_the_others() {
    let Some(browser) = Browser::start() else {
        println!("skipped: there is no chromedriver with Chromium on this machine");
        return;
    };
    let preview = preview();
    browser.open(&format!("http://127.0.0.1:{}/#{}", preview.port, preview.token));
    browser.until(&format!("Number(document.documentElement.dataset.film) > 0 && {SHOWN} > 0"));
    let go = |frame: u32| browser.run(&format!("(async () => (await import('/main.js')).player.go({frame}))() && 0"));
    go(30);
    browser.until("!document.getElementById('trouble').hidden");
    browser.until("document.getElementById('trouble').textContent.includes('crashed')");
    go(40);
    browser.until(&format!("{FRAME} === 40 && document.getElementById('trouble').hidden"));
    // What crashed is not asked for again and again.
    let state = preview.state();
    go(30);
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(preview.state()["studio"], state["studio"]);
}
