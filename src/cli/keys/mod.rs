//! `cazier keys`: the signing keys. Generates them, requests certificates, and rotates keys; those of the data too.

mod binding;
mod data;
mod index;
mod list;
pub(super) mod make;
mod trust;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use diesel::PgConnection;

use super::{Failure, connect, sandbox};
use crate::config::Config;
use crate::db::Installation;
use crate::signature::rotation::{self, Terms};
use crate::signature::store::SealKey;
use ades::Realm;

/// The subcommands.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Generate a key in a new encrypted file (`CAZIER_SEAL_KEY_PASSPHRASE`).
    Make {
        /// The file to create.
        #[arg(long, value_name = "PATH")]
        out: PathBuf,
        /// The curve of the key. (For an RSA key, use `openssl genpkey`.)
        #[arg(long, value_enum, default_value = "p256")]
        curve: make::CurveName,
        #[command(flatten)]
        for_tests: sandbox::HierarchyForTests,
    },
    /// Print a certificate request (PKCS#10) for a trust provider.
    Request {
        /// PEM file or PKCS#11 URI, as in `CAZIER_SEAL_KEY`.
        #[arg(long)]
        key: String,
        /// Name of the certificate's owner (RFC 4514): `CN=…,2.5.4.97=VATRO-…,O=…,C=RO`.
        #[arg(long)]
        subject: String,
    },
    /// Encrypt again what older keys of `CAZIER_SEALING_KEYS` have encrypted, under the first, while nodes serve. Can be
    /// interrupted, and goes on where it stopped.
    ///
    /// Exit code 0: no value is left under an older key. 1: some are.
    RotateData,
    /// Make all keyed hashes anew under the first of `CAZIER_INDEX_KEYS`, which older nodes do not have. No node is admitted to
    /// the database meanwhile: those that serve let go of it and answer 503, and those that have this list come back by
    /// themselves at the end. Needs `CAZIER_SEALING_KEYS` too. Can be interrupted, and goes on where it stopped; until it has ended,
    /// nobody serves.
    ///
    /// Exit code 0: all hashes are by the first key. 1: some are not, or nothing was begun; the last line says what to do.
    RotateIndex {
        /// Seconds until it gives up on nodes and commands that do not let go of the database; then nothing is changed.
        #[arg(long, default_value = "120", value_parser = clap::value_parser!(u16).range(0..=3600))]
        wait: u16,
    },
    /// Print the keys that check what binds rows, for `CAZIER_BINDING_KEYS` of nodes that verify alone. They are derived from
    /// `CAZIER_SEALING_KEYS`, decrypt nothing, and are secrets all the same.
    Binding,
    /// List the keys, with the days until their certificates expire.
    #[command(after_help = list::EXIT_CODES)]
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Record a retired key, so that its certificates stay verifiable.
    Import {
        /// PEM file: the certificate, its issuers, the root.
        chain: PathBuf,
        /// When it began to sign (RFC 3339).
        #[arg(long)]
        active_from: DateTime<Utc>,
        /// When it was retired.
        #[arg(long)]
        retired_from: DateTime<Utc>,
    },
    /// Publish the next key by its certificate.
    Announce {
        /// PEM file: the certificate, its issuers, the root.
        chain: PathBuf,
    },
    /// Activate an announced key; without --at, as soon as its notice is over.
    Activate {
        /// The first digits of its fingerprint, at least eight.
        fingerprint: String,
        /// The time from which it signs (RFC 3339).
        #[arg(long)]
        at: Option<DateTime<Utc>>,
        /// At once, without notice.
        #[arg(long)]
        emergency: bool,
    },
    /// Retire a key for good; its signatures stay valid.
    Retire {
        /// The first digits of its fingerprint, at least eight.
        fingerprint: String,
        /// The time from which it no longer signs (RFC 3339); by default now.
        #[arg(long)]
        at: Option<DateTime<Utc>>,
        /// The key may be compromised: retire it at once, even if no other is active. Signatures then count only if a
        /// time-stamp proves that they are older. --at is the time of the compromise, which may lie in the past. Also
        /// for a retired key.
        #[arg(long)]
        emergency: bool,
    },
    /// Bring in the next key: announce it, activate it, and retire the earlier ones some hours later.
    Rotate {
        /// PEM file: the certificate, its issuers, the root.
        chain: PathBuf,
        /// The time from which it signs (RFC 3339); by default as soon as its notice is over.
        #[arg(long)]
        at: Option<DateTime<Utc>>,
        /// Hours for which the earlier keys stay active too.
        #[arg(long, default_value = "24", value_parser = clap::value_parser!(u16).range(0..=2160))]
        overlap: u16,
        /// At once, without notice.
        #[arg(long)]
        emergency: bool,
    },
    /// Add the operator's signature to the trust list, and print it. Needs neither database nor network.
    SignTrust {
        /// The list, from `GET /v1/verify/trust/signed`.
        list: PathBuf,
        /// The operator's own key, which no node has: PEM file or PKCS#11 URI (`CAZIER_SEAL_KEY_PASSPHRASE`,
        /// `CAZIER_SEAL_PIN`).
        #[arg(long)]
        key: String,
    },
    /// Make the nodes serve a trust list that the operator signed, until keys change.
    PublishTrust {
        /// The list, from `cazier keys sign-trust`.
        list: PathBuf,
        /// The operator's public key (PEM).
        #[arg(long, value_name = "FILE")]
        operator_key: PathBuf,
    },
}

/// Runs the command.
pub(super) fn run(command: &Command, config: &Config) -> Result<ExitCode, Failure> {
    match command {
        Command::Make { out, curve, for_tests } => {
            if !for_tests.make(out)? {
                make::key(config, out, *curve)?;
            }
        }
        Command::Request { key, subject } => make::request(config, key, subject)?,
        Command::SignTrust { list, key } => trust::sign(config, list, key)?,
        Command::PublishTrust { list, operator_key } => {
            trust::publish(&mut connect(config)?, list, operator_key)?;
        }
        Command::Binding => binding::print(config)?,
        Command::RotateData => return data::rotate(config),
        Command::RotateIndex { wait } => {
            return index::rotate(config, Duration::from_secs((*wait).into()));
        }
        Command::List { json } => {
            let mut connection = connect(config)?;
            let now = sandbox::now(&mut connection)?;
            return list::run(&mut connection, *json, now);
        }
        _ => tell(&step(command, config)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs the steps that change which key is active.
fn step(command: &Command, config: &Config) -> Result<SealKey, Failure> {
    let mut connection = connect(config)?;
    let c = &mut connection;
    let mut terms = terms(c, config)?;
    Ok(match command {
        Command::Import { chain, active_from, retired_from } => {
            rotation::import(c, &read(chain)?, (*active_from, *retired_from), &terms)?
        }
        Command::Announce { chain } => rotation::announce(c, &read(chain)?, &terms)?,
        Command::Activate { fingerprint, at, emergency } => {
            terms.emergency = *emergency;
            rotation::activate(c, fingerprint, *at, &terms)?
        }
        Command::Retire { fingerprint, at, emergency } => {
            terms.emergency = *emergency;
            rotation::retire(c, fingerprint, *at, &terms)?
        }
        Command::Rotate { chain, at, overlap, emergency } => {
            terms.emergency = *emergency;
            rotation::rotate(c, &read(chain)?, *at, TimeDelta::hours((*overlap).into()), &terms)?
        }
        Command::Make { .. }
        | Command::Request { .. }
        | Command::List { .. }
        | Command::Binding
        | Command::RotateData
        | Command::RotateIndex { .. }
        | Command::SignTrust { .. }
        | Command::PublishTrust { .. } => return Err("not a step".into()),
    })
}

fn terms(connection: &mut PgConnection, config: &Config) -> Result<Terms, Failure> {
    let is_sandbox = Installation::is_sandbox(connection)?
        .ok_or("no node has opened this database yet: start one, and its key becomes the first")?;
    let realm = Realm::of(is_sandbox);
    let now = sandbox::now(connection)?;
    Ok(Terms { now, realm, wanted: config.seal_kind, emergency: false })
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Prints the new state of a key.
fn tell(key: &SealKey) -> Result<(), Failure> {
    let time = |at: Option<DateTime<Utc>>| at.map_or("-".to_owned(), |at| at.to_rfc3339());
    let text = format!(
        "{}\n  announced {}\n  active from {}\n  retired from {}\n\
         The trust list has changed: where the operator signs it, fetch it, sign and publish it anew.\n",
        key.sha256(),
        key.announced_at.to_rfc3339(),
        time(key.active_from),
        time(key.retired_from),
    );
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
