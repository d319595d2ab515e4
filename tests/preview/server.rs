//! A preview for tests: started as a user starts it, asked over raw sockets, ended with the test.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What anything gets before a test counts as failed.
const PATIENCE: Duration = Duration::from_secs(60);

pub const SCRIPT: &str = "\
title: Small
stage: { size: 192x108, fps: 30 }
vars: { p: 0.2 }
scenes:
  - id: one
    title: First scene
    cast:
      a: { text: { text: bits, size: 2 }, at: [0, 2] }
      dot: { circle: { radius: 1, fill: accent }, at: [-4, -2] }
      n: { number: { value: p, format: '.2' }, at: [4, -2] }
    steps:
      - write: a
        for: 0.5
      - mark: written
      - together:
          - set: { p: 0.8 }
            for: 1
          - move: dot
            by: [2, 0]
            for: 0.5
      - pause: 1
  - id: two
    cast: { b: { text: { text: more, size: 2 } } }
    steps:
      - say: Words at the foot.
      - write: b
        for: 0.5
      - pause: 1
";

pub struct Preview {
    pub folder: tempfile::TempDir,
    pub port: u16,
    pub token: String,
    pub child: Child,
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}\n{}", self.head, String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Preview {
    /// A preview of a script that is called `small.yaml`.
    pub fn of(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("small.yaml"), script).unwrap();
        Self::in_folder(folder, &[]).unwrap()
    }

    /// A preview, or its exit code if it ends at once.
    pub fn in_folder(folder: tempfile::TempDir, arguments: &[&str]) -> Result<Self, i32> {
        Self::in_surroundings(folder, arguments, &[])
    }

    /// As [`Preview::in_folder`], with variables of the environment.
    pub fn in_surroundings(
        folder: tempfile::TempDir,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Self, i32> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_surprisal"));
        command.current_dir(folder.path()).args(["preview", "small.yaml"]).args(arguments);
        command.env("SURPRISAL_CACHE", folder.path().join("cache")).envs(variables.iter().copied());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some((port, token)) = line.trim().strip_prefix("http://127.0.0.1:").and_then(|rest| rest.split_once("/#"))
        else {
            return Err(child.wait().unwrap().code().unwrap());
        };
        Ok(Self { folder, port: port.parse().unwrap(), token: token.to_owned(), child })
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("small.yaml")
    }

    /// Replaces the script as editors do: a new file takes the name.
    pub fn edit(&self, script: &str) {
        let new = self.folder.path().join("small.yaml.new");
        std::fs::write(&new, script).unwrap();
        std::fs::rename(new, self.path()).unwrap();
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// All that comes back for some bytes, until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // The server may close before it has read all.
        stream.write_all(bytes).ok();
        let mut back = Vec::new();
        stream.read_to_end(&mut back).ok();
        back
    }

    /// A request with these lines in its head, `Host` included.
    pub fn request(&self, method: &str, path: &str, lines: &[&str]) -> Answer {
        let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        answer(&self.raw(format!("{method} {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n").as_bytes()))
    }

    pub fn host(&self) -> String {
        format!("Host: 127.0.0.1:{}", self.port)
    }

    /// What the page gets for a path.
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[&self.host()])
    }

    /// What the page gets for a path with the token and some words behind it.
    pub fn ask(&self, path: &str, words: &str) -> Answer {
        self.get(&format!("{path}?token={}&{words}", self.token))
    }

    /// Waits until something holds of the newest state of the script.
    pub fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let begin = Instant::now();
        let mut newest = Value::Null;
        while begin.elapsed() < PATIENCE {
            newest = self.state();
            if holds(&newest) {
                return newest;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{what} did not come about; the newest state is {newest}");
    }

    /// The newest state of the script: the first event that a new listener gets.
    pub fn state(&self) -> Value {
        self.events().find(|(kind, _)| kind.is_empty()).expect("an event").1
    }

    /// What a listener hears: events with their kinds, which is none for the state of the script.
    pub fn events(&self) -> impl Iterator<Item = (String, Value)> + use<> {
        let mut stream = self.connect();
        let request = format!("GET /events?token={} HTTP/1.1\r\n{}\r\n\r\n", self.token, self.host());
        stream.write_all(request.as_bytes()).unwrap();
        let mut kind = String::new();
        BufReader::new(stream).lines().map_while(Result::ok).filter_map(move |line| {
            if let Some(name) = line.strip_prefix("event: ") {
                kind = name.to_owned();
            }
            let data = serde_json::from_str(line.strip_prefix("data: ")?).unwrap();
            Some((std::mem::take(&mut kind), data))
        })
    }

    /// Orders something of the page's one route that changes anything.
    pub fn order(&self, order: &str) -> Answer {
        let host = self.host();
        let origin = host.replace("Host: ", "Origin: http://");
        self.post(&format!("/render?token={}", self.token), &[&host, &origin, "Content-Type: application/json"], order)
    }

    /// A request with a body.
    pub fn post(&self, path: &str, lines: &[&str], body: &str) -> Answer {
        let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        let length = body.len();
        let head = format!("POST {path} HTTP/1.1\r\n{lines}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        answer(&self.raw(format!("{head}{body}").as_bytes()))
    }

    /// Process ids of the studio.
    #[cfg(target_os = "linux")]
    pub fn studios(&self) -> Vec<i32> {
        let id = self.child.id();
        let tasks = std::fs::read_dir(format!("/proc/{id}/task")).unwrap().flatten();
        let children = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
        children.flat_map(|all| all.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>()).collect()
    }

    /// Memory of the server in bytes.
    #[cfg(target_os = "linux")]
    pub fn memory(&self) -> u64 {
        memory_of(self.child.id())
    }

    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Memory of a process in bytes.
#[cfg(target_os = "linux")]
pub fn memory_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/statm")).unwrap();
    status.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

/// Status, head and body of an answer; the parts of a body that is sent in parts are joined.
pub fn answer(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let body = bytes.get(end + 4..).unwrap_or_default().to_vec();
    let status = head.split_whitespace().nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
    assert!(!head.contains("transfer-encoding"), "answers other than events have a length");
    Answer { status, head, body }
}
