//! Whom `cazier verify` trusts: the keys of a trust list, or certificates in PEM; never their authority, which issues
//! to all its customers.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::Failure;
use crate::signature::trust_list::{ListedSigner, Pin, TrustList};
use ades::{Certificate, PinnedKey, Statement};

const NO_SEAL: &str = "there is no seal's certificate in it. An authority vouches for all its customers, so that its own \
    certificate is not enough: take the list from GET /v1/verify/trust/signed, or `chain_pem` from GET /v1/verify/trust";

/// Whom to trust, and why.
#[derive(Debug, Args)]
pub(super) struct TrustArguments {
    /// Whom to trust: the list of `GET /v1/verify/trust/signed`, or certificates in PEM. Of these, the signing
    /// certificates are trusted; roots and others only show who issued them.
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// The operator's public key (PEM), which must have signed the list. Obtained once from the operator, it makes any
    /// later list trustworthy, however it arrives.
    #[arg(long, value_name = "FILE", conflicts_with = "known_list")]
    operator_key: Option<PathBuf>,
    /// A list that is trusted already, because it was fetched over HTTPS for example: the new one must be signed by one
    /// of its keys, be no older, and still contain each emergency retirement.
    #[arg(long, value_name = "FILE")]
    known_list: Option<PathBuf>,
}

/// The trusted signing keys.
pub(super) struct Trusted {
    /// The keys with their periods.
    pub(super) list: TrustList,
    /// The certificates of the keys and their issuers.
    pub(super) certificates: Vec<Certificate>,
    pub(super) source: Source,
}

/// Why these are believed to be the service's keys.
#[derive(Clone)]
pub(super) enum Source {
    /// The operator signed the list.
    Operator(DateTime<Utc>),
    /// A known key signed the list.
    KnownSeal(DateTime<Utc>),
    /// Nothing proves the list.
    List(DateTime<Utc>),
    /// Nothing proves the certificates.
    Certificates,
}

impl Trusted {
    /// Reads what the arguments name.
    pub(super) fn read(arguments: &TrustArguments, now: DateTime<Utc>) -> Result<Self, Failure> {
        let path = &arguments.trust;
        let named = |error: Failure| format!("{}: {error}", path.display());
        let bytes = fs::read(path).map_err(|error| named(error.into()))?;
        let is_pinned = arguments.operator_key.is_some() || arguments.known_list.is_some();
        let read = match bytes.trim_ascii_start().first() {
            Some(b'{') => Self::of_list(&bytes, arguments, now),
            _ if is_pinned => {
                Err("certificates in PEM are not signed: --operator-key and --known-list need a trust list"
                    .into())
            }
            _ => Self::of_pem(&bytes, now),
        };
        read.map_err(|error| named(error).into())
    }

    fn of_list(bytes: &[u8], arguments: &TrustArguments, now: DateTime<Utc>) -> Result<Self, Failure> {
        let statement = Statement::from_json(bytes)?;
        let (list, source) = if let Some(path) = &arguments.operator_key {
            let key = PinnedKey::from_pem(&fs::read_to_string(path)?)?;
            let list = TrustList::open(&statement, Pin::Operator(&key))?;
            let source = Source::Operator(list.issued_at);
            (list, source)
        } else if let Some(path) = &arguments.known_list {
            let known = TrustList::open(&Statement::from_json(&fs::read(path)?)?, Pin::Nothing)?;
            let list = TrustList::open(&statement, Pin::Known(&known))?;
            list.check_age(Some(&known), now)?;
            let source = Source::KnownSeal(list.issued_at);
            (list, source)
        } else {
            let list = TrustList::open(&statement, Pin::Nothing)?;
            let source = Source::List(list.issued_at);
            (list, source)
        };
        list.check_age(None, now)?;
        Ok(Self { certificates: list.certificates()?, list, source })
    }

    /// Takes the certificates that may sign documents as keys; an authority may not.
    fn of_pem(bytes: &[u8], now: DateTime<Utc>) -> Result<Self, Failure> {
        let certificates = certificates(bytes)?;
        let seals = certificates.iter().filter(|certificate| certificate.check_signer().is_ok());
        let signers: Vec<ListedSigner> = seals.map(ListedSigner::by_certificate).collect();
        if signers.is_empty() {
            return Err(NO_SEAL.into());
        }
        let list = TrustList { issued_at: now, test: false, signers };
        Ok(Self { list, certificates, source: Source::Certificates })
    }

    /// Returns the roots, and the certificates between them and the keys.
    pub(super) fn anchors(&self) -> Result<(Vec<Certificate>, Vec<Certificate>), Failure> {
        let (roots, others): (Vec<_>, Vec<_>) =
            self.certificates.iter().cloned().partition(Certificate::is_self_issued);
        if roots.is_empty() {
            Err("the trusted certificates include no root".into())
        } else {
            Ok((roots, others))
        }
    }
}

/// Reads the certificates of a PEM file.
pub(super) fn read_certificates(path: &Path) -> Result<Vec<Certificate>, Failure> {
    let read = fs::read(path).map_err(Failure::from).and_then(|bytes| certificates(&bytes));
    read.map_err(|error| format!("{}: {error}", path.display()).into())
}

fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, Failure> {
    Ok(Certificate::all_from_pem(std::str::from_utf8(bytes).map_err(|_| "not PEM")?)?)
}

impl Source {
    /// Formats text for people.
    pub(super) fn text(&self) -> String {
        let of = |at: &DateTime<Utc>| at.format("list of %Y-%m-%dT%H:%M:%SZ");
        match self {
            Self::Operator(at) => format!("{}, signed by the operator's key", of(at)),
            Self::KnownSeal(at) => format!("{}, signed by a key of the known list", of(at)),
            Self::List(at) => format!("{}, not verified (use --operator-key)", of(at)),
            Self::Certificates => {
                "certificates, not verified; whether they were retired is unknown".to_owned()
            }
        }
    }

    /// Formats JSON.
    pub(super) fn json(&self) -> Value {
        let (pinned_by, issued_at) = match self {
            Self::Operator(at) => (Some("operator_key"), Some(at)),
            Self::KnownSeal(at) => (Some("known_list"), Some(at)),
            Self::List(at) => (None, Some(at)),
            Self::Certificates => (None, None),
        };
        json!({"pinned_by": pinned_by, "list_issued_at": issued_at})
    }
}
