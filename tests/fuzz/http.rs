//! Bytes as a connection to the preview: well formed requests, bent and broken ones, several behind each other.
//!
//! Whatever comes, what goes back is nothing or answers, each whole, with the headers that keep browsers in bounds; the film is
//! told of to those alone who have the token, and anything at all to those alone who know where they are.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use surprisal::preview::Exchange;

use super::mutate::{Chance, damaged};

const PORT: u16 = 3000;
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
/// What the server is called.
const HOSTS: [&str; 3] = ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"];
/// Codes that there may be.
const CODES: [u16; 13] = [200, 400, 403, 404, 405, 408, 409, 411, 413, 414, 415, 431, 500];
/// Lines that every answer of the guard has.
const KEPT: [&str; 4] = [
    "content-security-policy: default-src 'none'",
    "x-content-type-options: nosniff",
    "cache-control: no-store",
    "x-frame-options: deny",
];
/// Longest that one connection may take.
const PATIENCE: Duration = Duration::from_secs(5);

const METHODS: &[&str] = &["GET", "HEAD", "POST", "OPTIONS", "CONNECT", "get", "PRI", "G\u{e9}T", ""];
const PATHS: &[&str] = &[
    "/",
    "/main.js",
    "/film",
    "/frame",
    "/frame.png",
    "/stage",
    "/under",
    "/events",
    "/frame.svg",
    "/figure",
    "/sound",
    "/peaks",
    "/render",
    "/nothing",
    "*",
    "//",
    "/../x",
    "/%2e%2e/x",
    "http://127.0.0.1:3000/film",
    "http://evil.example/",
    "/film/",
    "/film?",
    "/frame#x",
    "/\u{7f}",
    "/a b",
];
const QUERIES: &[&str] = &[
    "token=0123456789abcdef0123456789abcdef",
    "token=",
    "token=x",
    "at=0",
    "at=-1",
    "at=18446744073709551616",
    "width=0&height=0",
    "width=4294967295",
    "x=nan&y=inf",
    "vars=p:1e999,,:",
    "vars=%00:1",
    "theme=%ff",
    "token=a&token=b",
    "%",
    "=",
    "&&&",
    "at",
];
const LINES: &[&str] = &[
    "Host: 127.0.0.1:3000",
    "Host: localhost:3000",
    "Host: [::1]:3000",
    "Host: evil.example",
    "Host: 127.0.0.1:3000.evil.example",
    "Host:",
    "host:\t127.0.0.1:3000 ",
    "Origin: http://127.0.0.1:3000",
    "Origin: http://evil.example",
    "Origin: null",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-Site: cross-site",
    "Content-Type: application/json",
    "Content-Type: text/plain",
    "Content-Length: 0",
    "Content-Length: 5",
    "Content-Length: -1",
    "Content-Length: 99999999999999999999",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: identity",
    "Connection: close",
    "Connection: keep-alive",
    "Connection: upgrade",
    "Upgrade: websocket",
    "Expect: 100-continue",
    "Cookie: token=x",
    " folded",
    "no colon",
    ": no name",
    "X: \u{0}",
    "X: \u{e9}",
];
const BODIES: &[&str] =
    &["", "hello", "5\r\nhello\r\n0\r\n\r\n", "zzzz\r\n", "ffffffffffffffff\r\nx", "0\r\nHost: evil\r\n\r\n"];

/// What a page may order, and what is none.
const ORDERS: &[&str] = &[
    r#"{"do":"start","quality":"draft","from":null,"to":null}"#,
    r#"{"do":"start","quality":"4k","from":1e308,"to":-1}"#,
    r#"{"do":"cancel"}"#,
    r#"{"do":"cancel","more":1}"#,
    "[[[[",
    "",
];

/// An order as the page gives it, mostly with a length that is true.
fn order(chance: &mut Chance) -> Vec<u8> {
    let (host, body) = (*chance.one(&HOSTS), *chance.one(ORDERS));
    let length = body.len() + usize::from(chance.below(6) == 0);
    let head = format!("POST /render?{} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n", QUERIES[0]);
    format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// A request, or several, from what requests are made of: half of them sound.
fn request(chance: &mut Chance) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=chance.below(3) {
        let sound = chance.below(2) == 0;
        let method = METHODS[chance.below(if sound { 2 } else { METHODS.len() })];
        let mut path = chance.one(PATHS).to_string();
        for number in 0..chance.below(3) {
            path += if number == 0 { "?" } else { "&" };
            path += if sound { QUERIES[0] } else { *chance.one(QUERIES) };
        }
        let version = if sound { "HTTP/1.1" } else { chance.one(&["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", ""]) };
        let end = if chance.below(8) == 0 { "\n" } else { "\r\n" };
        let mut text = format!("{method} {path} {version}{end}");
        if sound {
            text += &format!("Host: {}{end}", HOSTS[chance.below(3)]);
        }
        let lines = if sound { 0 } else { chance.below(6) };
        (0..lines).for_each(|_| text += &format!("{}{end}", chance.one(LINES)));
        text += end;
        if !sound {
            text += *chance.one(BODIES);
        }
        bytes.extend(text.into_bytes());
    }
    bytes
}

/// Bytes made up by chance: requests, mostly damaged, or noise.
pub fn bytes(chance: &mut Chance, others: &[Vec<u8>]) -> Vec<u8> {
    match chance.below(9) {
        0 => (0..chance.below(300)).map(|_| chance.below(256) as u8).collect(),
        1 | 2 => request(chance),
        3 => order(chance),
        4 => damaged(&order(chance), others, chance),
        5 => damaged(&others[chance.below(others.len())].clone(), others, chance),
        _ => damaged(&request(chance), others, chance),
    }
}

/// Requests that are kept as examples.
pub fn seeds() -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/http");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// The server that is asked.
pub fn server() -> Exchange {
    Exchange::new(PORT, TOKEN).unwrap()
}

/// Sends bytes, in pieces, and looks at all that comes back. How many answers were they?
pub fn answers(server: &Exchange, bytes: &[u8], at_a_time: usize) -> usize {
    let begin = Instant::now();
    let written = server.answers(bytes, at_a_time);
    assert!(begin.elapsed() < PATIENCE, "it took {:?}", begin.elapsed());
    let holds = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    let (mut rest, mut count) = (written.as_slice(), 0);
    while !rest.is_empty() {
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n").expect("the head of an answer ends");
        let head = std::str::from_utf8(&rest[..end]).expect("the head of an answer is text").to_lowercase();
        rest = &rest[end + 4..];
        count += 1;
        let mut words = head.split(' ');
        assert!(words.next().is_some_and(|version| version == "http/1.1" || version == "http/1.0"), "{head}");
        let code: u16 = words.next().and_then(|code| code.parse().ok()).expect("a code");
        let field =
            |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned));
        if code == 100 {
            assert!(holds("100-continue"), "{head}");
            continue;
        }
        assert!(CODES.contains(&code), "{head}");
        assert!(!head.contains("access-control"), "{head}");
        let kept = KEPT.iter().all(|line| head.contains(line));
        // What is no request is refused before anybody looks at it, without a word.
        assert!(kept || code >= 400 && field("content-length").is_none_or(|length| length == "0"), "{head}");
        let body = body(&mut rest, field("content-length"), head.contains("transfer-encoding: chunked"));
        if code == 200 {
            assert!(HOSTS.iter().any(|host| holds(host)), "an answer to somebody who asked another: {head}");
        }
        let tells = code == 500 || head.contains("event-stream") || head.contains("application/");
        assert!(!tells || holds(TOKEN), "told without the token: {head}");
        assert!(code != 403 && code != 404 && code != 405 || body.is_empty(), "{head}");
    }
    count
}

/// Takes the body of an answer off; that of an answer to `HEAD` is not there.
fn body<'a>(rest: &mut &'a [u8], length: Option<String>, chunked: bool) -> &'a [u8] {
    let all = *rest;
    if all.is_empty() || all.starts_with(b"HTTP/1.") {
        return &[];
    }
    let length = match (length, chunked) {
        (Some(length), _) => length.parse().expect("a length"),
        // Events go on until their end, an empty piece.
        (None, true) => all.windows(5).position(|five| five == b"0\r\n\r\n").map_or(all.len(), |at| at + 5),
        (None, false) => all.len(),
    };
    assert!(length <= all.len(), "an answer of {length} bytes ends after {}", all.len());
    *rest = &all[length..];
    &all[..length]
}

/// Asks a server as seeds of chance say, and tells the first input that breaks a promise. How many answers came?
pub fn hold(seeds: impl Iterator<Item = u64>, goes_on: &dyn Fn() -> bool) -> (u64, u64) {
    let (server, examples) = (server(), self::seeds());
    let (mut inputs, mut count) = (0, 0);
    for seed in seeds.take_while(|_| goes_on()) {
        let mut chance = Chance(seed);
        let bytes = bytes(&mut chance, &examples);
        let at_a_time = [1, 7, 64, 4096][chance.below(4)];
        let outcome = catch_unwind(AssertUnwindSafe(|| answers(&server, &bytes, at_a_time)));
        inputs += 1;
        count += outcome
            .unwrap_or_else(|_| panic!("seed {seed}, {at_a_time} bytes at a time: {}", bytes.escape_ascii()))
            as u64;
    }
    (inputs, count)
}
