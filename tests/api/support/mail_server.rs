//! A real mail server in a process of its own, which fails on demand: `tests/python/smtp_server.py`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// The Python of the tests, installed when it is not there yet.
static PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(Command::new(root.join("tests/install-tools")).arg("test").status().unwrap().success());
    root.join("tests/python/.venv/bin/python")
});

pub struct MailServer {
    process: Child,
    orders: ChildStdin,
    told: Receiver<Value>,
    port: u16,
}

impl MailServer {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// One that insists on STARTTLS.
    pub fn start_tls(certificate: &Path, key: &Path) -> Self {
        Self::start_with(&[certificate, key])
    }

    /// One that knows addresses of ASCII letters alone.
    pub fn start_ascii() -> Self {
        Self::start_with(&[Path::new("ascii")])
    }

    fn start_with(arguments: &[&Path]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/smtp_server.py");
        let mut command = Command::new(&*PYTHON);
        command.arg(script).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let (orders, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (sender, told) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let Ok(line) = line else { return };
                let _ = sender.send(serde_json::from_str(&line).unwrap());
            }
        });
        let mut server = Self { process, orders, told, port: 0 };
        let port = server.wait_for(|told| told["port"].as_u64());
        server.port = port.try_into().unwrap();
        server
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on, at this step of SMTP: `stall`, `drop`, or the reply itself.
    pub fn fail(&mut self, step: &str, how: &str) {
        let fault = match how {
            "stall" | "drop" => json!({"at": step, "do": how}),
            reply => json!({"at": step, "do": "reply", "reply": reply}),
        };
        self.order(&fault);
    }

    /// From now on as a mail server should; what was stalled goes on.
    pub fn heal(&mut self) {
        self.order(&json!({}));
    }

    fn order(&mut self, fault: &Value) {
        writeln!(self.orders, "{fault}").unwrap();
        self.wait_for(|told| told.get("told").map(|_| ()));
    }

    /// Waits until a client reaches this step.
    pub fn reached(&mut self, step: &str) {
        self.wait_for(|told| (told["step"] == step).then_some(()));
    }

    /// The next mail that it took.
    pub fn next_mail(&mut self) -> Value {
        self.wait_for(|told| told.get("received").cloned())
    }

    /// How many more mails it has taken up to now.
    pub fn more_mails(&mut self) -> usize {
        // It answers orders in line: what it took before was told before.
        writeln!(self.orders, "{{}}").unwrap();
        let mut count = 0;
        self.wait_for(|told| {
            count += usize::from(told.get("received").is_some());
            told.get("told").map(|_| count)
        })
    }

    fn wait_for<T>(&mut self, mut wanted: impl FnMut(&Value) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            let told = self.told.recv_timeout(end.saturating_duration_since(Instant::now())).unwrap();
            if let Some(found) = wanted(&told) {
                return found;
            }
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
