//! The one route that changes something: a render, ordered by the page alone, followed, cancelled, and told of.

use serde_json::Value;

use super::server::{Preview, SCRIPT};

/// The states of renders until one that is wanted.
fn followed(preview: &Preview, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut all = Vec::new();
    for (_, state) in preview.events().filter(|(kind, _)| kind == "render") {
        let last = wanted(&state);
        all.push(state);
        if last {
            return all;
        }
    }
    panic!("{all:?}");
}

fn ended(state: &Value) -> bool {
    state["outcome"].is_string()
}

#[test]
fn only_the_page_orders_renders_and_only_briefly() {
    let preview = Preview::of(SCRIPT);
    let (host, path) = (preview.host(), format!("/render?token={}", preview.token));
    let origin = host.replace("Host: ", "Origin: http://");
    let kind = "Content-Type: application/json";
    let start = r#"{"do":"start","quality":"draft"}"#;
    let post = |path: &str, lines: &[&str], body: &str| preview.post(path, lines, body).status;
    assert_eq!(post(&path, &[&host, kind], start), 403, "no origin");
    assert_eq!(post(&path, &[&host, "Origin: http://evil.example", kind], start), 403);
    assert_eq!(post(&path, &[&host, "Origin: null", kind], start), 403);
    assert_eq!(post(&path, &[&host, &origin, "Sec-Fetch-Site: same-site", kind], start), 403);
    assert_eq!(post(&path, &["Host: evil.example", &origin, kind], start), 403);
    for token in ["", "?token=", "?token=0123456789abcdef0123456789abcdef"] {
        assert_eq!(post(&format!("/render{token}"), &[&host, &origin, kind], start), 403, "{token}");
    }
    for kind in ["Content-Type: text/plain", "Content-Type: application/x-www-form-urlencoded", "X: y"] {
        assert_eq!(post(&path, &[&host, &origin, kind], start), 415, "{kind}");
    }
    for order in
        ["", "{}", "[1]", r#"{"do":"start","quality":"best"}"#, r#"{"do":"start","quality":"draft","output":"/x"}"#]
    {
        assert_eq!(preview.order(order).status, 400, "{order}");
    }
    assert_eq!(preview.order(r#"{"do":"start","quality":"draft","from":3,"to":1}"#).status, 400);
    assert_eq!(preview.order(r#"{"do":"cancel"}"#).status, 409, "nothing runs");
    // What is long is not read: the answer comes though the body never does.
    let lines = [host.as_str(), &origin, kind];
    assert_eq!(
        preview.request("POST", &path, &[lines.as_slice(), &["Content-Length: 1000000000"]].concat()).status,
        413
    );
    assert_eq!(
        preview.request("POST", &path, &[lines.as_slice(), &["Transfer-Encoding: chunked"]].concat()).status,
        411
    );
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
        assert_eq!(preview.request(method, &path, &lines).status, 405, "{method}");
    }
    let preflight = preview.request("OPTIONS", &path, &[&host, "Origin: http://evil.example"]);
    assert!(preflight.status == 403 && !preflight.head.contains("access-control"));
    assert!(!preview.folder.path().join("small.mp4").exists());
}

#[test]
fn a_render_is_followed_to_its_end() {
    let preview = Preview::of(SCRIPT);
    assert_eq!(preview.order(r#"{"do":"start","quality":"draft"}"#).status, 202);
    let states = followed(&preview, ended);
    let last = states.last().unwrap();
    assert_eq!((&last["outcome"], &last["name"]), (&"done".into(), &"small.mp4".into()), "{last}");
    assert!(last["text"].to_string().contains("131 frames"), "{last}");
    assert!(preview.folder.path().join("small.mp4").metadata().unwrap().len() > 1000);
    // A part of it, in a file of its own.
    assert_eq!(preview.order(r#"{"do":"start","quality":"draft","from":1.5,"to":2.5}"#).status, 202);
    let last = followed(&preview, |state| ended(state) && state["number"] == 2).pop().unwrap();
    assert!(last["outcome"] == "done" && last["text"].to_string().contains("30 frames"), "{last}");
    assert!(preview.folder.path().join("small-1.50-2.50.mp4").exists());
    // What is wrong with the script is told.
    preview.edit(&SCRIPT.replace("write: a", "wirte: a"));
    assert_eq!(preview.order(r#"{"do":"start","quality":"draft"}"#).status, 202);
    let last = followed(&preview, |state| ended(state) && state["number"] == 3).pop().unwrap();
    assert!(last["outcome"] == "failed" && last["text"].to_string().contains("there is no verb `wirte`"), "{last}");
}

#[test]
fn a_render_is_cancelled_and_leaves_nothing() {
    let script = SCRIPT
        .replace("size: 192x108", "size: 1920x1080")
        .replace("- pause: 1\n  - id", "- move: dot\n        by: [1, 1]\n        for: 60\n  - id");
    let preview = Preview::of(&script);
    assert_eq!(preview.order(r#"{"do":"start","quality":"final"}"#).status, 202);
    assert_eq!(preview.order(r#"{"do":"start","quality":"final"}"#).status, 409, "one at a time");
    let states = followed(&preview, |state| state["done"].as_u64() > Some(0));
    assert!(states.last().unwrap()["frames"].as_u64() > Some(1000), "{states:?}");
    assert_eq!(preview.order(r#"{"do":"cancel"}"#).status, 202);
    assert_eq!(followed(&preview, ended).last().unwrap()["outcome"], "cancelled");
    let left: Vec<String> = std::fs::read_dir(preview.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "small.yaml" && name != "cache")
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(
        preview.order(r#"{"do":"start","quality":"draft","from":0,"to":0.5}"#).status,
        202,
        "another may follow"
    );
    assert_eq!(followed(&preview, |state| ended(state) && state["number"] == 2).last().unwrap()["outcome"], "done");
}

#[cfg(target_os = "linux")]
#[test]
fn a_render_ends_with_its_preview() {
    let script = SCRIPT.replace("- pause: 1\n  - id", "- move: dot\n        by: [1, 1]\n        for: 300\n  - id");
    let preview = Preview::of(&script.replace("size: 192x108", "size: 1920x1080"));
    assert_eq!(preview.order(r#"{"do":"start","quality":"final"}"#).status, 202);
    followed(&preview, |state| state["done"].as_u64() > Some(0));
    let children = preview.studios();
    assert_eq!(children.len(), 2, "the studio and the render");
    drop(preview);
    let gone = |id: &i32| std::fs::read_dir(format!("/proc/{id}/fd")).map_or(true, |mut open| open.next().is_none());
    let begin = std::time::Instant::now();
    while !children.iter().all(gone) && begin.elapsed().as_secs() < 30 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(children.iter().all(gone));
}
