//! What is measured: a durable PostgreSQL and one node of the service, each a process of its own.

use std::fs::{self, File, Permissions};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ades::development_pki;
use cazier::db::migrate;
use cazier::person::Keyring;
use cazier::sandbox::postgres::{Options, PrivatePostgres};
use chrono::Utc;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::Result;
use super::cpu::Cpu;
use super::drive::Measure;
use super::http::{Connection, get};

/// How long the server may take to become ready.
const START: Duration = Duration::from_secs(60);

/// A provider that is never called.
const PROVIDERS: &str = r#"
[[providers]]
name = "nobody"
title = { ro = "Nimeni", en = "Nobody" }
issuer = "http://127.0.0.1:9"
client_id = "cazier"
client_secret_file = "client-secret"
acr_values = ["bench"]
"#;

/// Dropped from the first field to the last: the server, PostgreSQL, the folder of both.
pub struct House {
    server: Server,
    postgres: Postgres,
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    pub address: SocketAddr,
    pub database_url: String,
    pub keyring: Keyring,
}

impl House {
    /// Starts both, and waits until the server is ready. What counts in a measure is a durable PostgreSQL.
    pub fn start(durable: bool) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        // Root hands PostgreSQL to another user, who must get to its data.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let options = Options { data_dir: folder.path().to_owned(), durable };
        let postgres = PrivatePostgres::start(options)?;
        let database_url = postgres.url();
        let postgres = Postgres { folder: postgres.folder().to_owned(), running: Some(postgres) };
        migrate::run(&database_url)?;
        let (sealing_keys, index_keys) = (Keyring::generate_spec()?, Keyring::generate_spec()?);
        let keyring = Keyring::parse(&sealing_keys, &index_keys)?;
        // Free now, and taken by nobody else in the moment until the server asks for it.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let settings = vec![
            ("DATABASE_URL", database_url.clone()),
            ("CAZIER_LISTEN", address.to_string()),
            ("CAZIER_SEALING_KEYS", sealing_keys),
            ("CAZIER_INDEX_KEYS", index_keys),
            // Each verification comes from a sender of its own.
            ("CAZIER_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ];
        write_files(folder.path())?;
        let server = Server::start(folder.path(), &settings)?;
        wait_until_ready(address)?;
        Ok(Self { server, postgres, folder, settings, address, database_url, keyring })
    }

    /// Ends the server, starts it again, and says how long it took from its start until it was ready.
    pub fn restart(&mut self) -> Result<Duration> {
        self.server.end();
        let start = Instant::now();
        self.server = Server::start(self.folder.path(), &self.settings)?;
        wait_until_ready(self.address)?;
        Ok(start.elapsed())
    }

    /// For files that go with the house.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Does a run, and sees what each transaction of it cost.
    pub fn watch(&self, run: impl FnOnce() -> Result<Measure>) -> Result<Measure> {
        let before = self.cpu()?;
        let measure = run()?;
        Ok(Measure { cpu: self.cpu()?.per_transaction(before, measure.count), ..measure })
    }

    fn cpu(&self) -> Result<Cpu> {
        let pid_file = self.postgres.folder.join("data/postmaster.pid");
        let pid = fs::read_to_string(pid_file)?.lines().next().unwrap_or_default().parse()?;
        Cpu::now(self.server.0.id(), pid)
    }

    /// What the server holds now.
    pub fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.0.id()))?;
        let mib = |name: &str| -> Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.split_whitespace().next()).ok_or("the server is gone")?;
            Ok(kib.parse::<f64>()? / 1024.0)
        };
        Ok(Memory { now: mib("VmRSS:")?, peak: mib("VmHWM:")? })
    }
}

/// Memory of a process, in MiB.
pub struct Memory {
    pub now: f64,
    /// The most that it ever held.
    pub peak: f64,
}

/// Removes its files when it has stopped: they are not below our folder when its user could not get there.
struct Postgres {
    running: Option<PrivatePostgres>,
    folder: PathBuf,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.running.take());
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// `cazier serve`, as a child.
struct Server(Child);

/// Its seal, and a provider.
fn write_files(folder: &Path) -> Result<()> {
    let pki = development_pki::create(Utc::now())?;
    fs::write(folder.join("chain.pem"), pki.seal_chain_pem + &pki.root_pem)?;
    fs::write(folder.join("key.pem"), pki.seal_key_pem)?;
    fs::write(folder.join("identity-providers.toml"), PROVIDERS)?;
    fs::write(folder.join("client-secret"), "bench")?;
    Ok(())
}

impl Server {
    fn start(folder: &Path, settings: &[(&str, String)]) -> Result<Self> {
        // setpriv replaces itself by the server and has it ended when the benchmark is killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig=TERM", "--", env!("CARGO_BIN_EXE_cazier"), "serve", "--sandbox"]);
        command.env_clear().current_dir(folder);
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        command.envs([
            ("CAZIER_SEAL_CHAIN", "chain.pem"),
            ("CAZIER_SEAL_KEY", "key.pem"),
            ("CAZIER_IDENTITY_PROVIDERS", "identity-providers.toml"),
        ]);
        for name in ["PATH", "RUST_LOG", "CAZIER_DATABASE_POOL", "CAZIER_WORKERS"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        // It logs each request, as it does in life.
        let log = File::create(folder.join("server.log"))?;
        Ok(Self(command.stdin(Stdio::null()).stderr(log).spawn()?))
    }
}

impl Server {
    /// Ends it as an operator does, and waits until it has.
    fn end(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
            let _ = self.0.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn wait_until_ready(address: SocketAddr) -> Result<()> {
    let start = Instant::now();
    let ready =
        || -> Result<bool> { Ok(Connection::open(address)?.send(&get("/health/ready"))?.status == 200) };
    while !ready().unwrap_or(false) {
        if start.elapsed() > START {
            return Err(format!("`cazier serve` is not ready after {START:?}").into());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
