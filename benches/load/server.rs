//! `cazier serve`, as a child.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::Result;
use super::http::{Connection, get};

/// Counts of all threads together, into a file for each dump.
const CALLGRIND: [&str; 3] = ["valgrind", "--tool=callgrind", "--callgrind-out-file=callgrind.out"];

/// How it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As it serves in life.
    Whole,
    /// Without background work: mails wait.
    WithoutWorker,
    /// Likewise, under callgrind, which counts its instructions.
    Counted,
}

impl Kind {
    /// The words of the command line.
    fn command(self) -> Vec<&'static str> {
        let serve = [env!("CARGO_BIN_EXE_cazier"), "serve", "--sandbox"];
        match self {
            Self::Whole => serve.to_vec(),
            Self::WithoutWorker => [&serve[..], &["--without-worker"]].concat(),
            Self::Counted => [&CALLGRIND[..], &serve[..], &["--without-worker"]].concat(),
        }
    }

    /// How long it may take to become ready.
    fn start(self) -> Duration {
        Duration::from_secs(if self == Self::Counted { 600 } else { 60 })
    }
}

/// The server; ends when it is dropped.
pub struct Server(Child);

impl Server {
    /// Starts one in this folder, and waits until it is ready.
    pub fn start(
        folder: &Path,
        settings: &[(&str, String)],
        address: SocketAddr,
        kind: Kind,
    ) -> Result<Self> {
        // setpriv replaces itself by the server and has it ended when the benchmark is killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig=TERM", "--"]).args(kind.command());
        command.env_clear().current_dir(folder);
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        for name in ["PATH", "RUST_LOG", "CAZIER_DATABASE_POOL", "CAZIER_WORKERS"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        // It logs each request, as it does in life.
        let log = File::create(folder.join(format!("server-{}.log", address.port())))?;
        let server = Self(command.stdin(Stdio::null()).stderr(log).spawn()?);
        wait_until_ready(address, kind.start())?;
        Ok(server)
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Server {
    /// Ends it as an operator does, and waits until it has.
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
            let _ = self.0.wait();
        }
    }
}

fn wait_until_ready(address: SocketAddr, patience: Duration) -> Result<()> {
    let start = Instant::now();
    let ready =
        || -> Result<bool> { Ok(Connection::open(address)?.send(&get("/health/ready"))?.status == 200) };
    while !ready().unwrap_or(false) {
        if start.elapsed() > patience {
            return Err(format!("`cazier serve` is not ready after {patience:?}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
