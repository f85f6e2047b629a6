//! `cazier dev` in a folder of its own, and the blocks of the documents run beside it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use cazier::config::VARIABLES;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// A sandbox that ends with its value.
pub struct Sandbox {
    pub process: Child,
    folder: TempDir,
    places: Value,
}

impl Sandbox {
    pub fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap())
    }

    fn start_in(folder: TempDir) -> Self {
        let log = File::create(folder.path().join("log")).unwrap();
        let ready = folder.path().join("ready.json");
        let _ = fs::remove_file(&ready);
        let process = command(folder.path())
            .args(["dev", "--ready-file"])
            .arg(&ready)
            .env("CAZIER_DATA_DIR", folder.path().join("data"))
            .env_remove("DATABASE_URL")
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let places = wait_for(|| serde_json::from_str(&fs::read_to_string(&ready).ok()?).ok());
        Self { process, folder, places }
    }

    /// Ends it in order, and starts it again on the data that it kept.
    pub fn restart(mut self) -> Self {
        end(&mut self.process);
        Self::start_in(std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap()))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn place(&self, name: &str) -> &str {
        self.places[name].as_str().unwrap()
    }

    /// A shell in the sandbox's folder that knows where the sandbox and its program are.
    pub fn shell(&self, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_cazier")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut command = Command::new("bash");
        command.args(["-c", script]).env("API", self.place("api")).env("GHISEUL", self.place("ghiseul"));
        command.env("TMPDIR", self.folder.path()).env("PATH", path).current_dir(self.folder.path());
        command
    }

    /// Runs a block of commands; answers what it prints.
    pub fn block(&self, block: &str) -> String {
        let output = self.shell(&format!("set -euo pipefail\n{block}")).output().unwrap();
        assert!(output.status.success(), "{block}\n{}", both(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A second node, as the documents say; its port is in its log.
    pub fn second_node(&self) -> (Child, String) {
        let log = self.path("second.log");
        let file = File::create(&log).unwrap();
        let process = command(self.folder.path())
            .args(["serve", "--sandbox"])
            .env("CAZIER_CONFIG", self.path("data/keys/serve.env"))
            .env_remove("CAZIER_METRICS_LISTEN")
            .env_remove("DATABASE_URL")
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let address = wait_for(|| {
            let log = fs::read_to_string(&log).ok()?;
            let (_, rest) = log.split_once("serving on ")?;
            Some(rest.split_once(',')?.0.to_owned())
        });
        (process, format!("http://{address}"))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program, on free ports and without the settings of whoever runs the tests.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    for variable in VARIABLES.iter().filter(|variable| variable.name.starts_with("CAZIER_")) {
        if variable.name != "CAZIER_POSTGRES_BIN" {
            command.env_remove(variable.name);
        }
    }
    for name in ["CAZIER_LISTEN", "CAZIER_SANDBOX_LISTEN", "CAZIER_METRICS_LISTEN"] {
        command.env(name, "127.0.0.1:0");
    }
    command.current_dir(folder).env("RUST_LOG", "debug");
    command
}

/// Ends a process as an operator would.
pub fn end(process: &mut Child) {
    kill_process(Pid::from_child(process), Signal::TERM).unwrap();
    assert!(process.wait().unwrap().success(), "SIGTERM ends it in order");
}

/// What a process said, both ways.
pub fn both(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(120);
    while Instant::now() < end {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it did not come about in time")
}
