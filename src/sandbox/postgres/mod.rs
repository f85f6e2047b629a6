//! A private PostgreSQL for the project, so that one command starts everything.
//!
//! It needs only the programs of PostgreSQL on the machine: no service, no port, no password. The data folder holds
//!
//! | path | content |
//! | --- | --- |
//! | `postgres` | if the server's user cannot enter the data folder: a link to a folder in `/var/tmp` with all of the following |
//! | `postgres/data` | the cluster |
//! | `postgres/socket` | the Unix socket, the only entrance; in `/tmp` if that path would be too long |
//! | `postgres/url` | the connection string: `psql "$(cat .cazier/postgres/url)"` |
//! | `postgres/postgres.log` | the server's log |
//! | `postgres/lock` | locked by the process that keeps the server |
//!
//! The first process that starts it keeps it: restarts it when it dies, and ends it when the process ends, even by
//! `kill -9`. A second process attaches to it, and takes over when the first one ends.
//!
//! Root hands the server to the user `postgres` (or `nobody`), because PostgreSQL refuses to run as root.
//! A live node does not use it, and needs a server of its own.

mod account;
mod binaries;
mod cluster;
mod elsewhere;
mod error;
mod keeper;
mod pid_file;
mod short_name;
mod url;

use std::fs;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::roles::DbRole;
use binaries::Binaries;
use cluster::Cluster;
pub use error::EmbeddedError;
use keeper::Keeper;

/// The oldest usable version: older servers lack `CREATE DATABASE … STRATEGY`, which the tests rely on.
const OLDEST_MAJOR: u32 = 15;

/// The database that [`PrivatePostgres::start`] makes.
pub const DATABASE: &str = "cazier";

/// Options of the private PostgreSQL.
#[derive(Debug, Clone)]
pub struct Options {
    /// The project's data folder, created if missing. The cluster is in its folder `postgres`.
    pub data_dir: PathBuf,
    /// Whether commits survive a crash of the machine; only tests can do without, whose server lets in the nodes of many
    /// tests too. Has no effect on a server that already runs.
    pub durable: bool,
}

/// A running private PostgreSQL; dropping it stops the server if this process keeps it.
#[derive(Debug)]
pub struct PrivatePostgres {
    cluster: Cluster,
    keeper: Keeper,
}

impl PrivatePostgres {
    /// Starts the server of a data folder, or attaches to the running one, and creates the database [`DATABASE`] if it
    /// is missing. Blocks for 0.1 s, for about 1 s the first time, and for at most a minute if the server has to
    /// recover.
    ///
    /// If `CAZIER_POSTGRES_BIN` is set, the server's programs are searched there alone; otherwise on PATH, by
    /// `pg_config`, in `/usr/lib/postgresql` and in `postgres-binaries` of the data folder.
    ///
    /// # Errors
    /// [`EmbeddedError`] says what is missing and what a person can do about it.
    pub fn start(options: Options) -> Result<Self, EmbeddedError> {
        let Options { data_dir, durable } = options;
        fs::create_dir_all(&data_dir).map_err(EmbeddedError::at(&data_dir))?;
        let data_dir = fs::canonicalize(&data_dir).map_err(EmbeddedError::at(&data_dir))?;
        let cluster = Cluster::prepare(&data_dir, durable)?;
        let binaries = Binaries::find(&data_dir, &cluster.folder, cluster.account)?;
        let keeper = Keeper::start(cluster.clone(), binaries)?;
        let postgres = Self { cluster, keeper };
        postgres.ensure_database(DATABASE)?;
        postgres.cluster.write("url", &(postgres.url() + "\n"))?;
        Ok(postgres)
    }

    /// Returns the connection string of the database [`DATABASE`], for libpq and everything built on it.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_for(DATABASE)
    }

    /// Returns the connection string of another database of the cluster, whether or not it exists.
    #[must_use]
    pub fn url_for(&self, database: &str) -> String {
        url::over_socket(&self.cluster.socket_dir, database, url::USER)
    }

    /// Returns the same for a role, once it is made. The private server asks nobody for a password.
    #[must_use]
    pub fn url_as(&self, role: DbRole, database: &str) -> String {
        url::over_socket(&self.cluster.socket_dir, database, role.name())
    }

    /// Returns the cluster's folder: below the data folder, or in `/var/tmp` (with a warning in the log) if the account
    /// that runs the server for root cannot enter the data folder. A new data folder begins
    /// with an empty cluster there too.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.cluster.folder
    }

    /// Stops the server by a fast shutdown and waits until it is gone; dropping does the same. A server that another
    /// process keeps goes on.
    pub fn stop(self) {
        drop(self.keeper);
    }

    /// Creates a database unless it exists.
    fn ensure_database(&self, name: &str) -> Result<(), EmbeddedError> {
        let connection = &mut PgConnection::establish(&self.url_for("postgres"))?;
        if database_exists(connection, name)? {
            return Ok(());
        }
        let made = diesel::sql_query(format!("CREATE DATABASE \"{name}\"")).execute(connection);
        // Another process that attached at the same moment may have created it first.
        if made.is_err() && database_exists(connection, name)? {
            return Ok(());
        }
        made?;
        Ok(())
    }
}

fn database_exists(connection: &mut PgConnection, name: &str) -> QueryResult<bool> {
    let found = diesel::sql_query("SELECT FROM pg_database WHERE datname = $1").bind::<Text, _>(name);
    found.execute(connection).map(|rows| rows > 0)
}
