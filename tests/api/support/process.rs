//! The program itself, in a process that can be killed.

use std::fs;
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use cazier::config::VARIABLES;
use cazier::db::roles::DbRole;
use cazier::person::Keyring;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::database::{Database, KEYS};

/// Longer than a program takes to start or to end on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Process {
    child: Child,
    folder: TempDir,
}

/// An identity provider that nobody asks.
const PROVIDER: &str = r#"
    [[providers]]
    name = "ghiseul"
    title = { ro = "Ghișeul.ro", en = "Ghișeul.ro" }
    issuer = "http://127.0.0.1:9"
    client_id = "cazier"
    client_secret_file = "secret"
    acr_values = ["test"]
    scopes = ["profile"]
"#;

/// The program with the settings of a sandbox on this database, and without those of whoever runs the tests.
fn command(database: &Database, folder: &TempDir) -> Command {
    let pki = database.pki(chrono::Utc::now());
    let (chain, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    fs::write(&chain, format!("{}{}", pki.seal_chain_pem, pki.root_pem)).unwrap();
    fs::write(&key, pki.seal_key_pem.as_bytes()).unwrap();
    let providers = folder.path().join("providers.toml");
    fs::write(&providers, PROVIDER).unwrap();
    fs::write(folder.path().join("secret"), "only-for-tests").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_cazier"));
    for variable in VARIABLES {
        command.env_remove(variable.name);
    }
    command
        .env("CAZIER_CONFIG", "/dev/null")
        .env("CAZIER_METRICS_LISTEN", "127.0.0.1:0")
        .env("DATABASE_URL", database.url_as(DbRole::Serve))
        .env("CAZIER_WORKER_DATABASE_URL", database.url_as(DbRole::Worker))
        .env("CAZIER_SEALING_KEYS", &KEYS.0)
        .env("CAZIER_INDEX_KEYS", &KEYS.1)
        .env("CAZIER_SEAL_CHAIN", chain)
        .env("CAZIER_SEAL_KEY", key)
        .env("CAZIER_IDENTITY_PROVIDERS", providers);
    command
}

/// The same for a node that verifies alone: no secret but the index key and the keys that check what binds rows.
fn verifying(database: &Database, folder: &TempDir, log_public_keys: &str) -> Command {
    let mut command = command(database, folder);
    for secret in [
        "CAZIER_WORKER_DATABASE_URL",
        "CAZIER_SEALING_KEYS",
        "CAZIER_SEAL_CHAIN",
        "CAZIER_SEAL_KEY",
        "CAZIER_IDENTITY_PROVIDERS",
    ] {
        command.env_remove(secret);
    }
    command.args(["serve", "--sandbox", "--only", "verify"]).env("CAZIER_LISTEN", "127.0.0.1:0");
    command
        .env("DATABASE_URL", database.url_as(DbRole::Verify))
        .env("CAZIER_LOG_PUBLIC_KEYS", log_public_keys);
    command.env("CAZIER_BINDING_KEYS", Keyring::binding_keys(&KEYS.0).unwrap().as_str());
    command
}

/// Runs a command to its end. One that does not end is killed, and the test fails.
fn to_its_end(mut command: Command, folder: &TempDir) -> Output {
    let (told, log) = (folder.path().join("told"), folder.path().join("log"));
    command.stdin(Stdio::null());
    command.stdout(fs::File::create(&told).unwrap()).stderr(fs::File::create(&log).unwrap());
    let mut child = command.spawn().unwrap();
    let Some(status) = end_of(&mut child) else {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("it does not end: {}", fs::read_to_string(log).unwrap());
    };
    Output { status, stdout: fs::read(told).unwrap(), stderr: fs::read(log).unwrap() }
}

/// Waits for the end of a process; `None` if it does not come.
fn end_of(child: &mut Child) -> Option<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        sleep(Duration::from_millis(20));
    }
    None
}

/// The address with the role that a command needs.
fn url_for(database: &Database, arguments: &[&str]) -> String {
    match arguments.first() {
        Some(&("migrate" | "roles" | "registry")) => database.url(),
        Some(&"keys") if arguments.iter().any(|argument| argument.starts_with("rotate-")) => {
            database.url_as(DbRole::Rotation)
        }
        _ => database.url_as(DbRole::Operator),
    }
}

impl Process {
    /// `cazier worker --sandbox` that mails by this server.
    pub fn worker(database: &Database, smtp_url: &str, more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = command(database, &folder);
        command.args(["worker", "--sandbox"]).env("DATABASE_URL", database.url_as(DbRole::Worker));
        command.env("CAZIER_SMTP_URL", smtp_url).env("RUST_LOG", "debug");
        command.envs(more.iter().copied()).stdout(Stdio::null()).stderr(log);
        Self { child: command.spawn().unwrap(), folder }
    }

    /// `cazier serve --sandbox`, with the addresses of its API and its metrics.
    pub fn serve(database: &Database, more: &[(&str, &str)]) -> (Self, [String; 2]) {
        let folder = tempfile::tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = command(database, &folder);
        command.args(["serve", "--sandbox"]).env("CAZIER_LISTEN", "127.0.0.1:0");
        command.envs(more.iter().copied()).stdout(Stdio::null()).stderr(log);
        let process = Self { child: command.spawn().unwrap(), folder };
        let addresses = process.addresses();
        (process, addresses)
    }

    /// As its log tells them, once it serves.
    fn addresses(&self) -> [String; 2] {
        let begun = Instant::now();
        loop {
            let log = self.log();
            let told = log.split_once("serving on ").and_then(|(_, rest)| rest.split_once(", metrics on "));
            if let Some((api, rest)) = told.filter(|(_, rest)| rest.contains('\n')) {
                let metrics = rest.split(['\n', '"']).next().unwrap();
                return [api, metrics].map(|address| format!("http://{address}"));
            }
            assert!(begun.elapsed() < PATIENCE, "it does not serve: {log}");
            sleep(Duration::from_millis(100));
        }
    }

    /// `cazier serve --sandbox --without-worker` on ports of its own.
    pub fn serve_alone(database: &Database, more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = command(database, &folder);
        command.args(["serve", "--sandbox", "--without-worker"]).env("CAZIER_LISTEN", "127.0.0.1:0");
        command.envs(more.iter().copied()).stdout(Stdio::null()).stderr(log);
        Self { child: command.spawn().unwrap(), folder }
    }

    /// `cazier serve --sandbox --only verify` on ports of its own.
    pub fn verifying(database: &Database, log_public_keys: &str, more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = verifying(database, &folder, log_public_keys);
        command.envs(more.iter().copied()).stdout(Stdio::null()).stderr(log);
        Self { child: command.spawn().unwrap(), folder }
    }

    /// What the same says when it does not start.
    pub fn verifying_badly(database: &Database, log_public_keys: &str, more: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut command = verifying(database, &folder, log_public_keys);
        command.envs(more.iter().copied());
        let output = to_its_end(command, &folder);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// The address that follows these words in the log, once it is there.
    fn address_after(&self, words: &str) -> SocketAddr {
        let begun = Instant::now();
        loop {
            let log = self.log();
            let rest = log.split_once(words).and_then(|(_, rest)| rest.split_once(['\n', ',']));
            if let Some((address, _)) = rest {
                return address.parse().unwrap();
            }
            assert!(begun.elapsed() < PATIENCE, "{log}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Where the API is.
    pub fn api(&self) -> SocketAddr {
        self.address_after("serving on ")
    }

    /// Where metrics and probes are.
    pub fn operators(&self) -> SocketAddr {
        self.address_after("metrics on ")
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end.
    pub fn end(mut self) -> ExitStatus {
        end_of(&mut self.child).unwrap_or_else(|| panic!("{}", self.log()))
    }

    /// A command that ends by itself.
    pub fn run(database: &Database, arguments: &[&str]) -> Output {
        Self::run_with(database, arguments, &[])
    }

    /// The same with other settings.
    pub fn run_with(database: &Database, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(database, &folder);
        command
            .env("DATABASE_URL", url_for(database, arguments))
            .args(arguments)
            .envs(settings.iter().copied());
        to_its_end(command, &folder)
    }

    /// A command that goes on while the test does something else.
    pub fn begin(database: &Database, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let mut command = command(database, &folder);
        command.env("DATABASE_URL", url_for(database, arguments)).args(arguments);
        command.envs(settings.iter().copied()).stdout(log.try_clone().unwrap()).stderr(log);
        Self { child: command.spawn().unwrap(), folder }
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; it must end in order. Answers its log.
    pub fn terminate(mut self) -> String {
        self.signal(Signal::TERM);
        let status = end_of(&mut self.child);
        assert!(status.is_some_and(|status| status.success()), "{}", self.log());
        self.log()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
