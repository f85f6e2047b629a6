//! What is measured: a durable PostgreSQL and one node of the service, each a process of its own, and a mail server.

use std::fs::{self, Permissions};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ades::development_pki;
use cazier::db::migrate;
use cazier::person::Keyring;
use cazier::sandbox::ghiseul::ACR_CARD_3DS;
use cazier::sandbox::postgres::{Options, PrivatePostgres};
use chrono::Utc;
use tempfile::TempDir;

use super::Result;
use super::cpu::Cpu;
use super::drive::Measure;
use super::outside::CLIENT_SECRET;
use super::server::{Kind, Server};
use super::sink::Sink;

/// How long mails may take that are waited for.
const PATIENCE: Duration = Duration::from_secs(120);

/// An identity provider that is never called.
const NOBODY: &str = "http://127.0.0.1:9";

/// Dropped from the first field to the last: the server, PostgreSQL, the folder of both.
pub struct House {
    server: Option<Server>,
    /// More nodes beside it.
    others: Vec<Server>,
    postgres: Postgres,
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    pub sink: Sink,
    pub address: SocketAddr,
    pub database_url: String,
    pub keyring: Keyring,
}

impl House {
    /// Builds one, and serves as in life.
    pub fn start(durable: bool) -> Result<Self> {
        let mut house = Self::build(durable, None)?;
        house.serve(Kind::Whole)?;
        Ok(house)
    }

    /// All but the server, with the simulated Ghișeul of this name if there is one: then links in mails are followed too.
    /// What counts in a measure is a durable PostgreSQL.
    pub fn build(durable: bool, ghiseul: Option<&str>) -> Result<Self> {
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
        let sink = if ghiseul.is_some() { Sink::keeping_tokens()? } else { Sink::start()? };
        // Free now, and taken by nobody else in the moment until the server asks for it.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let settings = vec![
            ("DATABASE_URL", database_url.clone()),
            ("CAZIER_LISTEN", address.to_string()),
            ("CAZIER_METRICS_LISTEN", "127.0.0.1:0".to_owned()),
            ("CAZIER_SEALING_KEYS", sealing_keys),
            ("CAZIER_INDEX_KEYS", index_keys),
            ("CAZIER_SEAL_CHAIN", "chain.pem".to_owned()),
            ("CAZIER_SEAL_KEY", "key.pem".to_owned()),
            ("CAZIER_IDENTITY_PROVIDERS", "identity-providers.toml".to_owned()),
            ("CAZIER_SMTP_URL", sink.url()),
            // Each verification comes from a sender of its own.
            ("CAZIER_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            // No load balancer has to notice its end.
            ("CAZIER_DRAIN_SECONDS", "0".to_owned()),
            ("CAZIER_REQUESTS_PER_ACCOUNT", "1000000".to_owned()),
        ];
        write_files(folder.path(), ghiseul.unwrap_or(NOBODY))?;
        Ok(Self {
            server: None,
            others: Vec::new(),
            postgres,
            folder,
            settings,
            sink,
            address,
            database_url,
            keyring,
        })
    }

    /// Starts the server, once one that runs has ended; says how long it took from its start until it was ready.
    pub fn serve(&mut self, kind: Kind) -> Result<Duration> {
        self.rest();
        let start = Instant::now();
        self.server = Some(Server::start(self.folder.path(), &self.settings, self.address, kind)?);
        Ok(start.elapsed())
    }

    /// Starts another node beside the server, and returns its address.
    pub fn add_node(&mut self) -> Result<SocketAddr> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let listen = |(name, value): &(&'static str, String)| match *name {
            "CAZIER_LISTEN" => (*name, address.to_string()),
            _ => (*name, value.clone()),
        };
        let settings: Vec<_> = self.settings.iter().map(listen).collect();
        self.others.push(Server::start(self.folder.path(), &settings, address, Kind::Whole)?);
        Ok(address)
    }

    /// Ends the server, and the other nodes.
    pub fn rest(&mut self) {
        self.others.clear();
        drop(self.server.take());
    }

    /// A setting of the server.
    pub fn setting(&self, name: &str) -> &str {
        let found = self.settings.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The process of the server.
    pub fn server(&self) -> Result<u32> {
        Ok(self.server.as_ref().ok_or("no server runs")?.id())
    }

    /// For files that go with the house.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Does a run, and sees what each transaction of it cost, and how many mails were delivered meanwhile.
    pub fn watch(&self, run: impl FnOnce() -> Result<Measure>) -> Result<Measure> {
        let (before, mails) = (self.cpu()?, self.sink.count());
        let measure = run()?;
        let mails = f64::from(u32::try_from(self.sink.count() - mails)?) / measure.count;
        Ok(Measure { cpu: self.cpu()?.per_transaction(before, measure.count), mails, ..measure })
    }

    /// Waits until so many mails were delivered.
    pub fn wait_for_mails(&self, count: usize) -> Result<()> {
        let begin = Instant::now();
        while self.sink.count() < count {
            if begin.elapsed() > PATIENCE {
                return Err(format!("{} of {count} mails were delivered", self.sink.count()).into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// What was used up to now.
    pub fn cpu(&self) -> Result<Cpu> {
        let pid_file = self.postgres.folder.join("data/postmaster.pid");
        let pid = fs::read_to_string(pid_file)?.lines().next().unwrap_or_default().parse()?;
        Cpu::now(self.server.as_ref().map(Server::id), pid)
    }

    /// What the server holds now.
    pub fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server()?))?;
        let mib = |name: &str| -> Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|line| line.split_whitespace().next()).ok_or("the server is gone")?;
            Ok(kib.parse::<f64>()? / 1024.0)
        };
        Ok(Memory { now: mib("VmRSS:")?, peak: mib("VmHWM:")? })
    }
}

/// Memory of a process, in MiB.
#[derive(Debug, Clone, Copy)]
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

/// The seal of the server, and its provider.
fn write_files(folder: &Path, issuer: &str) -> Result<()> {
    let pki = development_pki::create(Utc::now())?;
    fs::write(folder.join("chain.pem"), pki.seal_chain_pem + &pki.root_pem)?;
    fs::write(folder.join("key.pem"), pki.seal_key_pem)?;
    fs::write(folder.join("identity-providers.toml"), providers(issuer))?;
    fs::write(folder.join("client-secret"), CLIENT_SECRET)?;
    Ok(())
}

fn providers(issuer: &str) -> String {
    format!(
        "[[providers]]\nname = \"ghiseul\"\ntitle = {{ ro = \"Ghișeul.ro\", en = \"Ghișeul.ro\" }}\nissuer = {issuer:?}\n\
         client_id = \"cazier\"\nclient_secret_file = \"client-secret\"\nacr_values = [{ACR_CARD_3DS:?}]\n\
         scopes = [\"profile\", \"cnp\"]\n"
    )
}
