//! The house that the faults happen to: two nodes that serve, two that work, their PostgreSQL, and the world outside,
//! each reached by way of a proxy of its own.

pub mod database;
pub mod disk;
pub mod mail;
pub mod nodes;
pub mod outside;
pub mod people;
pub mod standby;
pub mod token;

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ades::development_pki::{DevelopmentPki, Hierarchy};
use cazier::config::{ClientAuthentication, IdentityProvider};
use cazier::db::migrate;
use cazier::person::Keyring;
use cazier::sandbox::ghiseul::provider_settings;
use cazier::sandbox::trust_services::{REVOCATION, TIMESTAMPS};
use chrono::Utc;
use diesel::PgConnection;
use tempfile::TempDir;
use url::Url;

use crate::proxy::{Mode, Proxy, Upstream};
use database::{Database, ROLE};
use disk::Disk;
use mail::MailServer;
use nodes::{Node, Part};
use outside::{Neighbour, Outside};
use people::{Crowd, People};
use token::Token;

/// How long a node may take to listen.
const START: Duration = Duration::from_secs(30);

/// The ways between the nodes and everybody else.
pub struct Ways {
    pub database: Proxy,
    /// To the other server, when there is one.
    pub standby: Proxy,
    pub registers: Proxy,
    pub provider: Proxy,
    pub timestamps: Proxy,
    pub revocation: Proxy,
    pub mail: Proxy,
}

/// Dropped from the first field to the last: nodes before their database, files at the end.
pub struct House {
    pub serving: Vec<Node>,
    pub working: Vec<Node>,
    pub database: Database,
    pub registers: Database,
    pub ways: Ways,
    pub mail: MailServer,
    pub outside: Outside,
    pub people: Arc<People>,
    pub keyring: Arc<Keyring>,
    pub pki: DevelopmentPki,
    /// What a fault holds until it is healed.
    pub holder: Option<PgConnection>,
    pub token: Option<Token>,
    /// Under the nodes' database, where it can be filled.
    pub disk: Option<Disk>,
    folder: TempDir,
}

impl House {
    /// Starts everything, and waits until the nodes listen.
    pub fn start(crowd: Crowd) -> Self {
        let folder =
            tempfile::Builder::new().prefix("chaos-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        // Root hands PostgreSQL to another user, who must get to its data.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let keys = Keys::generate();
        let disk = Disk::mount(&folder.path().join("nodes"));
        let (database, registers) = databases(folder.path(), &keys.keyring);
        let (nodes_url, registers_url) = (database.url(ROLE, "cazier"), registers.url("cazier", "cazier"));
        let people = People::settle(&nodes_url, &registers_url, &keys.keyring, crowd);
        let mail = MailServer::start();
        let ways = Ways::new(&database, &mail);
        ways.standby.set(Mode::Refuse);
        let published = format!("http://{}{REVOCATION}", ways.revocation.address());
        let pki = Hierarchy::default().publishing_at(&published).create(Utc::now()).unwrap();
        let provider = provider_settings(&format!("http://{}", ways.provider.address()), "only-for-tests");
        let mut settings = settings(folder.path(), &ways, &keys, &pki, &provider);
        let mut first = Node::new(Part::Serve, 1, folder.path(), &settings);
        let api = Url::parse(&format!("http://{}", first.address)).unwrap();
        let neighbour = Neighbour { keyring: &keys.keyring, pki: &pki, api: &api, provider: &provider };
        let outside = Outside::start(&registers, &neighbour);
        ways.lead_to(&outside);
        write(folder.path(), "register-authority.pem", &outside.mutual.authority);
        write(folder.path(), "register-identity.pem", &outside.mutual.identity);
        settings.insert("CAZIER_PUBLIC_URL".to_owned(), api.to_string());
        first.set("CAZIER_PUBLIC_URL", Some(api.as_str()));
        let node = |part, number| Node::new(part, number, folder.path(), &settings);
        let mut house = Self {
            serving: vec![first, node(Part::Serve, 2)],
            working: vec![node(Part::Work, 1), node(Part::Work, 2)],
            database,
            registers,
            ways,
            mail,
            outside,
            people: Arc::new(people),
            keyring: keys.keyring,
            holder: None,
            token: Token::make(folder.path(), &pki.seal_key_pem),
            pki,
            disk,
            folder,
        };
        if let Some(token) = &house.token {
            token.give_to(&mut house.serving[1]);
        }
        house.start_nodes();
        house
    }

    /// Starts those that do not run, and waits until those that serve listen.
    pub fn start_nodes(&mut self) {
        self.serving.iter_mut().chain(&mut self.working).for_each(Node::start);
        let begun = Instant::now();
        for node in &mut self.serving {
            while TcpStream::connect(node.address).is_err() {
                if !node.is_running() {
                    // As systemd would, until its database is back.
                    std::thread::sleep(Duration::from_millis(200));
                    node.start();
                }
                assert!(begun.elapsed() < START, "a node does not start: {}", node.log());
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Keeps the folder of logs; says where it is.
    pub fn keep(self) -> PathBuf {
        let Self { folder, .. } = self;
        folder.keep()
    }
}

/// The secrets of all nodes.
struct Keys {
    encryption: String,
    index: String,
    keyring: Arc<Keyring>,
}

impl Keys {
    fn generate() -> Self {
        let (encryption, index) = (Keyring::generate_spec().unwrap(), Keyring::generate_spec().unwrap());
        let keyring = Arc::new(Keyring::parse(&encryption, &index).unwrap());
        Self { encryption, index, keyring }
    }
}

impl Ways {
    fn new(database: &Database, mail: &MailServer) -> Self {
        Self {
            database: Proxy::start(vec![Upstream::Unix(database.socket())]),
            standby: Proxy::start(Vec::new()),
            registers: Proxy::start(Vec::new()),
            provider: Proxy::start(Vec::new()),
            timestamps: Proxy::start(Vec::new()),
            revocation: Proxy::start(Vec::new()),
            mail: Proxy::start(vec![Upstream::Tcp(mail.address())]),
        }
    }

    /// Leads to those who needed to know of the ways first.
    fn lead_to(&self, outside: &Outside) {
        let to = |address: SocketAddr| Upstream::Tcp(address);
        self.registers.lead_to(vec![to(outside.registers), to(outside.impostor)]);
        self.provider.lead_to(vec![to(outside.ghiseul)]);
        self.timestamps.lead_to(vec![to(outside.trust)]);
        self.revocation.lead_to(vec![to(outside.trust)]);
    }
}

/// That of the nodes, whose role owns it and is nothing more, and that of the registers.
fn databases(folder: &Path, keyring: &Keyring) -> (Database, Database) {
    let (nodes, registers) =
        (Database::create(&folder.join("nodes")), Database::create(&folder.join("registers")));
    outside::fill(&registers, keyring);
    assert!(nodes.run(&[
        &format!("CREATE ROLE {ROLE} LOGIN"),
        &format!("ALTER DATABASE cazier OWNER TO {ROLE}"),
        &format!("ALTER SCHEMA public OWNER TO {ROLE}"),
    ]));
    migrate::run(&nodes.url(ROLE, "cazier")).unwrap();
    (nodes, registers)
}

fn write(folder: &Path, name: &str, content: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path.display().to_string()
}

/// Both servers; whichever takes writes is the one.
fn database_url(ways: &Ways) -> String {
    let servers = format!("{},{}", ways.database.address(), ways.standby.address());
    format!("postgresql://{ROLE}@{servers}/cazier?target_session_attrs=read-write")
}

/// What all nodes have in common.
fn settings(
    folder: &Path,
    ways: &Ways,
    keys: &Keys,
    pki: &DevelopmentPki,
    provider: &IdentityProvider,
) -> BTreeMap<String, String> {
    let registers = format!("https://{}", ways.registers.address());
    let file = |name: &str, content: &str| write(folder, name, content.as_bytes());
    if let ClientAuthentication::ClientSecretBasic(secret) = &provider.client_authentication {
        file("client-secret", secret);
    }
    let settings = [
        ("CAZIER_CONFIG", "/dev/null".to_owned()),
        ("DATABASE_URL", database_url(ways)),
        ("CAZIER_METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        // The load is of programs without browsers: what is shown is that no fault loses or doubles their work.
        ("CAZIER_SANDBOX_LENIENT", "browser_cookie".to_owned()),
        ("CAZIER_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ("CAZIER_SEALING_KEYS", keys.encryption.clone()),
        ("CAZIER_INDEX_KEYS", keys.index.clone()),
        ("CAZIER_SEAL_CHAIN", file("chain.pem", &(pki.seal_chain_pem.clone() + &pki.root_pem))),
        ("CAZIER_SEAL_KEY", file("key.pem", &pki.seal_key_pem)),
        ("CAZIER_TSA_URL", format!("http://{}{TIMESTAMPS}", ways.timestamps.address())),
        ("CAZIER_TSA_TRUST", file("root.pem", &pki.root_pem)),
        ("CAZIER_IDENTITY_PROVIDERS", file("providers.toml", &providers(provider))),
        ("CAZIER_CRIMINAL_RECORDS_URL", registers.clone()),
        ("CAZIER_CIVIL_STATUS_URL", registers.clone()),
        ("CAZIER_COMPANIES_URL", registers),
        ("CAZIER_REGISTER_AUTHORITY", folder.join("register-authority.pem").display().to_string()),
        ("CAZIER_REGISTER_IDENTITY", folder.join("register-identity.pem").display().to_string()),
        ("CAZIER_PERSONS_WITH_ENTRIES_FROM", "2023-06-01".to_owned()),
        ("CAZIER_SMTP_URL", format!("smtp://{}", ways.mail.address())),
        ("CAZIER_SUPPORT_PHONE", "+40 21 303 7080".to_owned()),
    ];
    settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The provider as an entry of `CAZIER_IDENTITY_PROVIDERS`.
fn providers(provider: &IdentityProvider) -> String {
    let IdentityProvider { name, title, issuer, client_id, acr_values, scopes, handoff_origins, .. } =
        provider;
    format!(
        "[[providers]]\nname = {name:?}\ntitle = {{ ro = {:?}, en = {:?} }}\nissuer = {issuer:?}\n\
         client_id = {client_id:?}\nclient_secret_file = \"client-secret\"\n\
         acr_values = {acr_values:?}\nscopes = {scopes:?}\nhandoff_origins = {handoff_origins:?}\n",
        title.ro, title.en
    )
}
