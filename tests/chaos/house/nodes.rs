//! The program itself, in processes that can be killed, frozen and started anew.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cazier::config::VARIABLES;
use rustix::process::{Pid, Signal, kill_process};

/// How long a node may take to end after SIGTERM before it is killed; the harness goes on with its own work.
const ENDS_WITHIN: Duration = Duration::from_secs(40);

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Serve,
    Work,
}

pub struct Node {
    pub part: Part,
    /// Where it serves; for a worker, nobody listens there.
    pub address: SocketAddr,
    program: PathBuf,
    settings: BTreeMap<String, String>,
    folder: PathBuf,
    log: PathBuf,
    memory: Option<u64>,
    child: Option<Child>,
}

/// Names another build, so that a long run and new builds do not get into each other's way.
const BUILD: &str = "CAZIER_BIN";

fn under_test() -> PathBuf {
    std::env::var_os(BUILD).map_or_else(|| env!("CARGO_BIN_EXE_cazier").into(), PathBuf::from)
}

impl Node {
    /// One that is not started yet.
    pub fn new(part: Part, number: usize, folder: &Path, settings: &BTreeMap<String, String>) -> Self {
        // Free now, and taken by nobody else in the moment until the node asks for it.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let name = if part == Part::Serve { "serve" } else { "worker" };
        let log = folder.join(format!("{name}-{number}.log"));
        let mut settings = settings.clone();
        settings.insert("CAZIER_LISTEN".to_owned(), address.to_string());
        let (program, folder) = (under_test(), folder.to_owned());
        Self { part, address, program, settings, folder, log, memory: None, child: None }
    }

    /// A setting of its own, from its next start on; None takes it away.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.settings.insert(name.to_owned(), value.to_owned()),
            None => self.settings.remove(name),
        };
    }

    /// Another program, from its next start on; None: the one under test.
    pub fn run_program(&mut self, program: Option<&Path>) {
        self.program = program.map_or_else(under_test, Path::to_owned);
    }

    /// So much address space in bytes, from its next start on; None: as much as it wants.
    pub fn limit_memory(&mut self, bytes: Option<u64>) {
        self.memory = bytes;
    }

    /// Starts it unless it runs; the settings of whoever runs the harness do not reach it.
    pub fn start(&mut self) {
        if self.is_running() {
            return;
        }
        // It ends with us, even when we are killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig=KILL", "--"]);
        if let Some(bytes) = self.memory {
            command.arg("prlimit").arg(format!("--as={bytes}"));
        }
        command.arg(&self.program);
        match self.part {
            Part::Serve => command.args(["serve", "--sandbox", "--without-worker"]),
            Part::Work => command.args(["worker", "--sandbox"]),
        };
        for name in VARIABLES.iter().map(|variable| variable.name).chain([BUILD]) {
            command.env_remove(name);
        }
        let log = File::options().append(true).create(true).open(&self.log).unwrap();
        command.envs(&self.settings).current_dir(&self.folder).stdin(Stdio::null());
        self.child = Some(command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap());
    }

    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    pub fn pid(&self) -> Option<Pid> {
        self.child.as_ref().map(Pid::from_child)
    }

    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            let _ = kill_process(pid, signal);
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// SIGTERM; answers how long it took to end.
    pub fn terminate(&mut self) -> Duration {
        let begun = Instant::now();
        self.signal(Signal::TERM);
        while self.is_running() && begun.elapsed() < ENDS_WITHIN {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.kill();
        begun.elapsed()
    }

    pub fn log(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.signal(Signal::CONT);
        self.kill();
    }
}
