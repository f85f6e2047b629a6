//! A database of its own for every test, cloned from a migrated template.

use std::path::PathBuf;
use std::sync::{LazyLock, OnceLock};

use ades::development_pki::{DevelopmentPki, Hierarchy};
use cazier::db::migrate;
use cazier::person::Keyring;
use cazier::registry::Register;
use cazier::sandbox::postgres::{Options, PrivatePostgres};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use uuid::Uuid;

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
        let data_dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("api-postgres");
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
    name
});

/// A database that ends with its value.
pub struct Database {
    name: String,
    pki: OnceLock<DevelopmentPki>,
    rows_role: OnceLock<String>,
}

impl Database {
    /// A migrated one with the test persons in its registers.
    pub fn from_template() -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        admin(&format!("CREATE DATABASE {name} TEMPLATE {} STRATEGY = FILE_COPY", *TEMPLATE));
        Self { name, pki: OnceLock::new(), rows_role: OnceLock::new() }
    }

    /// An empty one.
    pub fn empty() -> Self {
        let name = format!("empty_{}", Uuid::now_v7().simple());
        admin(&format!("CREATE DATABASE {name}"));
        Self { name, pki: OnceLock::new(), rows_role: OnceLock::new() }
    }

    pub fn url(&self) -> String {
        url_of(&self.name)
    }

    /// Its URL for a role that may change rows and nothing else, as `deploy/compose/roles.sh` makes one for the nodes.
    pub fn url_of_rows_role(&self) -> String {
        let role = self.rows_role.get_or_init(|| {
            let role = format!("rows_{}", self.name);
            self.execute(&format!(
                "CREATE ROLE {role} LOGIN PASSWORD 'of-the-tests'; \
                 GRANT USAGE ON SCHEMA public, registry, sandbox TO {role}; \
                 GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, registry, sandbox TO {role}; \
                 REVOKE CREATE ON SCHEMA public FROM PUBLIC"
            ));
            role
        });
        let separator = if self.url().contains('?') { '&' } else { '?' };
        format!("{}{separator}user={role}&password=of-the-tests", self.url())
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
            Server::Private(_) => {
                let log =
                    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("api-postgres/postgres/postgres.log");
                Some(std::fs::read_to_string(log).unwrap())
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
        if let Some(role) = self.rows_role.get() {
            admin(&format!("DROP ROLE {role}"));
        }
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
