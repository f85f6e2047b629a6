//! A database of its own for every test, cloned from a migrated template.

use std::sync::{LazyLock, OnceLock};

use ades::development_pki::{DevelopmentPki, Hierarchy};
use cazier::db::migrate;
use cazier::db::roles::{self, DbRole, Missing};
use cazier::person::Keyring;
use cazier::registry::Register;
use cazier::sandbox::postgres::{Options, PrivatePostgres};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use uuid::Uuid;

use super::cluster;

/// Where the tests' server is: `DATABASE_URL`'s, or a private one that ends with the tests.
enum Server {
    Given(url::Url),
    Private(PrivatePostgres),
}

/// The keys of all test databases: those that the template was filled with.
pub static KEYS: LazyLock<(String, String)> =
    LazyLock::new(|| (Keyring::generate_spec().unwrap(), Keyring::generate_spec().unwrap()));

static SERVER: LazyLock<Server> = LazyLock::new(|| match std::env::var("DATABASE_URL") {
    Ok(url) => Server::Given(url::Url::parse(&url).unwrap()),
    Err(_) => {
        let data_dir = cluster::data_dir();
        Server::Private(PrivatePostgres::start(Options { data_dir, durable: false }).unwrap())
    }
});

/// Migrated, and filled with the test persons, once for all tests of this run.
static TEMPLATE: LazyLock<String> = LazyLock::new(|| {
    let name = format!("template_{}", Uuid::now_v7().simple());
    admin(&format!("CREATE DATABASE {name}"));
    migrate::run(&url_of(&name)).unwrap();
    let keyring = Keyring::parse(&KEYS.0, &KEYS.1).unwrap();
    let mut connection = PgConnection::establish(&url_of(&name)).unwrap();
    // Right before the time of any test, some of which stand in the past.
    let as_of = "2020-01-01T00:00:00Z".parse().unwrap();
    cazier::sandbox::import_persons(&mut connection, &keyring, as_of).unwrap();
    cazier::sandbox::import_companies(&mut connection, &keyring, as_of).unwrap();
    cazier::registry::mark_filled(&mut connection, &keyring, &Register::ALL, chrono::Utc::now()).unwrap();
    cazier::sandbox::appoint_staff(&mut connection, &keyring, chrono::Utc::now()).unwrap();
    roles::apply(&mut connection, Missing::Create).unwrap();
    if let Server::Given(_) = &*SERVER {
        for role in DbRole::ALL {
            admin(&format!("ALTER ROLE {} PASSWORD '{PASSWORD}'", role.name()));
        }
    }
    name
});

/// What the roles log in by, where the server asks for it.
const PASSWORD: &str = "of-the-tests";

/// A database that ends with its value.
pub struct Database {
    name: String,
    pki: OnceLock<DevelopmentPki>,
}

impl Database {
    /// A migrated one with the test persons in its registers.
    pub fn from_template() -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        admin(&format!("CREATE DATABASE {name} TEMPLATE {} STRATEGY = FILE_COPY", *TEMPLATE));
        Self { name, pki: OnceLock::new() }
    }

    /// An empty one.
    pub fn empty() -> Self {
        let name = format!("empty_{}", Uuid::now_v7().simple());
        admin(&format!("CREATE DATABASE {name}"));
        Self { name, pki: OnceLock::new() }
    }

    /// For its owner: what migrates it, and a test that changes what nodes cannot.
    pub fn url(&self) -> String {
        url_of(&self.name)
    }

    /// For one of the roles of the program.
    pub fn url_as(&self, role: DbRole) -> String {
        match &*SERVER {
            Server::Private(postgres) => postgres.url_as(role, &self.name),
            Server::Given(_) => {
                let mut url = url::Url::parse(&self.url()).unwrap();
                url.query_pairs_mut().append_pair("user", role.name()).append_pair("password", PASSWORD);
                url.into()
            }
        }
    }

    /// As one of the roles of the program.
    pub fn connect_as(&self, role: DbRole) -> PgConnection {
        PgConnection::establish(&self.url_as(role)).unwrap()
    }

    /// The hierarchy whose seal the houses on this database hold.
    pub fn pki(&self, now: DateTime<Utc>) -> &DevelopmentPki {
        self.pki.get_or_init(|| Hierarchy::named("cazier").create(now).unwrap())
    }

    /// The same, made here if it is not there yet, its revocation published below an address.
    pub fn pki_publishing(&self, now: DateTime<Utc>, address: &str) -> &DevelopmentPki {
        self.pki.get_or_init(|| Hierarchy::named("cazier").publishing_at(address).create(now).unwrap())
    }

    /// What the server has logged so far, of all tests; `None` where it is not the tests' own.
    pub fn server_log() -> Option<String> {
        match &*SERVER {
            Server::Given(_) => None,
            Server::Private(postgres) => {
                Some(std::fs::read_to_string(postgres.folder().join("postgres.log")).unwrap())
            }
        }
    }

    /// What a query counts; its column is named `count`.
    pub fn count(&self, query: &str) -> i64 {
        sql_query(query).get_result::<Count>(&mut self.connect()).unwrap().count
    }

    /// How many of its sessions wait for a lock.
    pub fn waits_for_locks(&self) -> i64 {
        self.count(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
    }

    /// Runs statements, of which nobody needs the outcome.
    pub fn execute(&self, statements: &str) {
        self.connect().batch_execute(statements).unwrap();
    }

    pub fn connect(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Drop for Database {
    fn drop(&mut self) {
        admin(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// The URL of a database on the tests' server.
pub fn url_of(database: &str) -> String {
    match &*SERVER {
        Server::Private(postgres) => postgres.url_for(database),
        Server::Given(url) => {
            let mut url = url.clone();
            url.set_path(database);
            url.into()
        }
    }
}

/// Runs a statement in the server's own database. Two copies of one template collide in PostgreSQL, so they take
/// turns.
fn admin(statement: &str) {
    let mut connection = PgConnection::establish(&url_of("postgres")).unwrap();
    sql_query("SELECT pg_advisory_lock(7)").execute(&mut connection).unwrap();
    sql_query(statement).execute(&mut connection).unwrap();
}
