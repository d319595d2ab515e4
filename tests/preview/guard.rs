//! Who may ask, and what becomes of those who ask badly.

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use super::server::{Preview, SCRIPT, answer};

const DATA: [&str; 10] =
    ["/events", "/film", "/frame", "/frame.png", "/frame.svg", "/figure", "/sound", "/peaks", "/stage", "/under"];
const PAGE: [&str; 4] = ["/", "/main.js", "/style.css", "/plex-sans.ttf"];

#[test]
fn other_sites_and_those_without_the_token_learn_nothing() {
    let preview = Preview::of(SCRIPT);
    let host = preview.host();
    for path in DATA.iter().chain(&PAGE) {
        let with_token = format!("{path}?token={}", preview.token);
        for line in ["Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site"] {
            let answer = preview.request("GET", &with_token, &[&host, line]);
            assert_eq!(answer.status, 403, "{path} {line}");
            assert!(answer.body.is_empty() && !answer.head.contains("access-control"), "{}", answer.head);
        }
        for name in ["evil.example", &format!("evil.example:{}", preview.port), "", "localhost.", "127.0.0.1"] {
            assert_eq!(preview.request("GET", &with_token, &[&format!("Host: {name}")]).status, 403, "{path} {name}");
        }
        let twice = preview.request("GET", &with_token, &[&host, &host]).status;
        assert!(twice == 403 || twice == 400, "{path}: two hosts");
        let none = preview.request("GET", &with_token, &[]).status;
        assert!(none == 403 || none == 400, "{path}: no host");
        let preflight = preview.request("OPTIONS", &with_token, &[&host, "Origin: http://evil.example"]);
        assert!(preflight.status == 403 && !preflight.head.contains("access-control"), "{path}");
        for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE"] {
            let refused = preview.request(method, &with_token, &[&host, "Content-Length: 1000000000"]);
            assert_eq!(refused.status, 405, "{method} {path}");
        }
    }
    for path in DATA {
        for token in ["", "?token=", "?token=0123456789abcdef0123456789abcdef", &format!("?token={}0", preview.token)] {
            assert_eq!(preview.get(&format!("{path}{token}")).status, 403, "{path}{token}");
        }
    }
    for path in PAGE {
        let answer = preview.get(path);
        assert_eq!(answer.status, 200, "{path}");
        for line in ["content-security-policy: default-src 'none'", "nosniff", "no-store", "x-frame-options: deny"] {
            assert!(answer.head.contains(line), "{path} lacks {line}: {}", answer.head);
        }
    }
}

#[test]
fn only_names_of_a_fixed_table_are_there() {
    let preview = Preview::of(SCRIPT);
    let long = format!("/{}", "a".repeat(8000));
    for path in [
        "/small.yaml",
        "/../Cargo.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%252e%252e/etc/passwd",
        "/..%5c..%5cx",
        "/main.js%00",
        "//etc/passwd",
        "/etc/passwd",
        "/main.js/",
        "/assets/main.js",
        "/film/",
        &long,
    ] {
        assert_eq!(preview.get(path).status, 404, "{path}");
    }
    assert_eq!(preview.ask("/frame", "at=x").status, 400);
    assert_eq!(preview.ask("/frame", "at=-1").status, 400);
    preview.until("a film", |state| state["film"] == 1);
    for (path, words) in
        [("/under", "x=nan&y=inf"), ("/frame", "at=18446744073709551615&width=9&height=0"), ("/stage", "vars=p:1e999")]
    {
        assert_eq!(preview.ask(path, words).status, 200, "{path} {words}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn it_listens_on_loopback_alone() {
    let preview = Preview::of(SCRIPT);
    let port = format!(":{:04X}", preview.port);
    let open = |file: &str| {
        let all = std::fs::read_to_string(file).unwrap_or_default();
        let fields = all.lines().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let listening = fields.filter(|fields| fields.get(3).is_some_and(|state| state == "0A"));
        listening.map(|fields| fields[1].clone()).filter(|local| local.ends_with(&port)).collect::<Vec<_>>()
    };
    assert_eq!(open("/proc/net/tcp"), [format!("0100007F{port}")]);
    assert!(open("/proc/net/tcp6").is_empty());
}

#[test]
fn what_is_no_request_is_refused_and_the_next_one_is_answered() {
    let mut preview = Preview::of(SCRIPT);
    let host = preview.host();
    preview.get("/");
    #[cfg(target_os = "linux")]
    let before = preview.memory();
    let lines: String = (0..100_000).map(|i| format!("X-{i}: {i}\r\n")).collect();
    let odd: Vec<Vec<u8>> = vec![
        [b"GET /".as_slice(), &[b'a'; 1 << 20]].concat(),
        format!("GET / HTTP/1.1\r\n{host}\r\n{lines}\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}\r\nContent-Length: -1\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}\r\nContent-Length: 99999999999999999999999\r\n\r\n").into_bytes(),
        format!("GET / HTTP/1.1\r\n{host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n").into_bytes(),
        format!("POST / HTTP/1.1\r\n{host}\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n").into_bytes(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"GET /\r\n\r\n".to_vec(),
        b"\r\n\r\n\r\n\r\n".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
    ];
    let mut noise = 1_u64;
    let random = (0..300).map(|_| {
        let mut byte = || {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (noise >> 56) as u8
        };
        let length = usize::from(byte()) + 1;
        let mut bytes: Vec<u8> = (0..length).map(|_| byte()).collect();
        bytes.extend(b"\r\n\r\n");
        bytes
    });
    for bytes in odd.into_iter().chain(random) {
        let mut stream = preview.connect();
        stream.write_all(&bytes).ok();
        stream.shutdown(std::net::Shutdown::Write).ok();
        let mut back = Vec::new();
        stream.read_to_end(&mut back).ok();
        let status = answer(&back).status;
        assert!(back.is_empty() || (400..500).contains(&status), "{status} for {:?}", &bytes[..bytes.len().min(60)]);
    }
    assert_eq!(preview.get("/").status, 200);
    assert!(preview.is_alive());
    #[cfg(target_os = "linux")]
    assert!(preview.memory() < before + (32 << 20));
}

#[test]
fn slow_clients_keep_nobody_waiting() {
    let preview = Preview::of(SCRIPT);
    preview.until("a film", |state| state["film"] == 1);
    // More than there is room for, none of which says anything.
    let idle: Vec<_> = (0..70).map(|_| preview.connect()).collect();
    // Events that nobody reads, and an answer that is left halfway.
    let begin = Instant::now();
    assert_eq!(preview.get("/").status, 200);
    let mut slow = preview.connect();
    let mut deaf = preview.connect();
    write!(deaf, "GET /events?token={} HTTP/1.1\r\n{}\r\n\r\n", preview.token, preview.host()).unwrap();
    let mut leaving = preview.connect();
    let request = format!("GET /frame?token={}&width=1920&height=1080 HTTP/1.1\r\n", preview.token);
    write!(leaving, "{request}{}\r\n\r\n", preview.host()).unwrap();
    drop(leaving);
    // A byte now and then does not keep a connection.
    let sent = "GET / HTTP/1.1\r\nHost".bytes().take_while(|byte| {
        std::thread::sleep(Duration::from_millis(500));
        slow.write_all(&[*byte]).is_ok()
    });
    assert!(sent.count() < 20, "a request of one byte at a time was listened to");
    assert_eq!(preview.ask("/frame", "at=3&width=64&height=36").status, 200);
    drop(idle);
    println!("answered after {:?}", begin.elapsed());
}

#[test]
fn a_port_that_is_taken_is_not_shared() {
    let first = Preview::of(SCRIPT);
    let second = Preview::of(SCRIPT);
    assert_ne!(first.port, second.port);
    assert_ne!(first.token, second.token);
    let folder = tempfile::tempdir().unwrap();
    let third = Preview::in_folder(folder, &["--port", &first.port.to_string()]);
    assert_eq!(third.err(), Some(3));
}
