//! A browser for tests: headless Chromium, driven over the WebDriver protocol, which is JSON over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

pub struct Browser {
    child: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// A browser; `None` where there is none.
    pub fn start() -> Option<Self> {
        let mut command = Command::new("chromedriver");
        let child = command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.ok()?;
        let lines = BufReader::new(child.stdout.take()?).lines().map_while(Result::ok);
        let port = lines
            .filter_map(|line| line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse().ok())
            .next();
        let mut browser = Self { child, port: port?, session: String::new() };
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars", "--disable-gpu"];
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": { "args": arguments }, "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        // A driver without a browser says so here.
        let session = browser.answer("POST", "/session", &wanted);
        browser.session = format!("/session/{}", session["sessionId"].as_str()?);
        Some(browser)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let value = self.answer(method, path, body);
        assert!(value["error"].is_null(), "{path}: {}", value["message"]);
        value
    }

    fn answer(&self, method: &str, path: &str, body: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let head =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}", self.port, body.len());
        write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}").unwrap();
        // The driver says how long its answer is, and does not close.
        let mut back = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(back.read_line(&mut head).unwrap() > 0, "{head}");
        }
        let head = head.to_lowercase();
        let length = head.split_once("content-length:").unwrap().1.lines().next().unwrap().trim().parse().unwrap();
        let mut body = vec![0; length];
        back.read_exact(&mut body).unwrap();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        answer["value"].clone()
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        self.send("POST", &format!("{}{path}", self.session), body)
    }

    pub fn open(&self, address: &str) {
        self.command("/url", &json!({ "url": address }));
    }

    /// What JavaScript is worth in the page.
    pub fn run(&self, script: &str) -> Value {
        self.command("/execute/sync", &json!({ "script": format!("return ({script})"), "args": [] }))
    }

    /// Waits until JavaScript is true in the page.
    pub fn until(&self, script: &str) {
        let begin = Instant::now();
        while self.run(&format!("Boolean({script})")) != true {
            let about =
                "document.documentElement.outerHTML.length + ' ' + document.getElementById('status')?.textContent";
            assert!(begin.elapsed() < PATIENCE, "{script} did not come about: {} {:?}", self.run(about), self.log());
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    /// What JavaScript, a number, is worth in some frames that the page shows, one after the other.
    pub fn frames(&self, count: usize, script: &str) -> Vec<f64> {
        let look = "worths.length < count ? requestAnimationFrame(look) : done(worths)";
        let look = format!("const look = () => {{ worths.push({script}); {look}; }}; requestAnimationFrame(look);");
        let worths = self.run(&format!("new Promise(done => {{ const [worths, count] = [[], {count}]; {look} }})"));
        serde_json::from_value(worths).unwrap()
    }

    /// Presses and lets go of a key.
    pub fn key(&self, key: &str) {
        let act = |kind: &str| json!({ "type": kind, "value": key });
        let keys = json!({ "type": "key", "id": "keys", "actions": [act("keyDown"), act("keyUp")] });
        self.command("/actions", &json!({ "actions": [keys] }));
    }

    /// Presses the pointer at the first of some points of the page, goes to the others, and lets go.
    pub fn drag(&self, points: &[[f64; 2]]) {
        let go = |[x, y]: &[f64; 2]| json!({ "type": "pointerMove", "x": *x as i64, "y": *y as i64, "duration": 20 });
        let (first, others) = points.split_first().unwrap();
        let mut actions = vec![go(first), json!({ "type": "pointerDown", "button": 0 })];
        actions.extend(others.iter().map(go));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        let pointer = json!({ "type": "pointer", "id": "pointer", "actions": actions });
        self.command("/actions", &json!({ "actions": [pointer] }));
    }

    /// Puts the pointer somewhere, pressing nothing.
    pub fn hover(&self, [x, y]: [f64; 2]) {
        let go = json!({ "type": "pointerMove", "x": x as i64, "y": y as i64, "duration": 20 });
        let pointer = json!({ "type": "pointer", "id": "pointer", "actions": [go] });
        self.command("/actions", &json!({ "actions": [pointer] }));
    }

    /// A point of an element, in shares of its box, as a point of the page.
    pub fn point(&self, id: &str, x: f64, y: f64) -> [f64; 2] {
        let rect = self.run(&format!(
            "(r => [r.x, r.y, r.width, r.height])(document.getElementById('{id}').getBoundingClientRect())"
        ));
        let side = |at: usize| rect[at].as_f64().unwrap();
        [side(0) + x * side(2), side(1) + y * side(3)]
    }

    /// A command of the browser's own protocol.
    pub fn devtools(&self, name: &str, values: &Value) {
        self.command("/goog/cdp/execute", &json!({ "cmd": name, "params": values }));
    }

    /// What was said on the page's console, but for the browser's advice on how to draw, which is about what tests read.
    pub fn log(&self) -> Vec<Value> {
        let all = self.command("/se/log", &json!({ "type": "browser" }));
        all.as_array().unwrap().iter().filter(|line| line["source"] != "rendering").cloned().collect()
    }

    /// What is seen, as a PNG file.
    pub fn picture(&self) -> Vec<u8> {
        decoded(self.send("GET", &format!("{}/screenshot", self.session), &Value::Null).as_str().unwrap())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The end of the session is the end of the browser; a test that has failed must not fail again here.
        let end = format!("DELETE {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.session, self.port);
        let stream = TcpStream::connect(("127.0.0.1", self.port));
        let ended = stream.and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(end.as_bytes())?;
            stream.read(&mut [0; 1])
        });
        ended.ok();
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The bytes of Base64.
fn decoded(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => u32::from(c - b'A'),
        b'a'..=b'z' => u32::from(c - b'a') + 26,
        b'0'..=b'9' => u32::from(c - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u32> = text.bytes().filter(|c| *c != b'=').map(digit).collect();
    let group = |four: &[u32]| {
        let bits = four.iter().enumerate().fold(0, |bits, (at, digit)| bits | digit << (18 - 6 * at));
        bits.to_be_bytes()[1..four.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}
