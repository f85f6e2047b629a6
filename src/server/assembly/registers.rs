//! The registers of a node: remote if configured with a URL, otherwise this installation's own copy.

use std::num::NonZeroU16;
use std::path::Path;
use std::sync::Arc;

use url::Url;

use super::refusals::{Refusals, StartError};
use crate::config::{Config, MaxAge};
use crate::db::{self, Db, Installation};
use crate::person::Keyring;
use crate::registry::{LocalRegister, Mutual, Register, Registers, RemoteRegister};
use crate::time::Clock;

/// The default age limit of a live node's local registers: a daily export, and one day to repair it.
const LIVE: MaxAge = MaxAge::Hours(NonZeroU16::new(48).unwrap());
const AUTHORITY: &str = "CAZIER_REGISTER_AUTHORITY";
const IDENTITY: &str = "CAZIER_REGISTER_IDENTITY";

/// The remote registers.
#[derive(Default)]
pub(super) struct Remotes {
    criminal_records: Option<RemoteRegister>,
    civil_status: Option<RemoteRegister>,
    companies: Option<RemoteRegister>,
}

impl Remotes {
    /// Reads them; records faults.
    pub(super) fn of(config: &Config, clock: &Clock, refusals: &mut Refusals) -> Option<Self> {
        let addresses = [&config.criminal_records_url, &config.civil_status_url, &config.companies_url];
        if addresses.iter().all(|url| url.is_none()) {
            return Some(Self::default());
        }
        let authority = pem(config.register_authority.as_deref(), AUTHORITY, refusals);
        let identity = pem(config.register_identity.as_deref(), IDENTITY, refusals);
        let mutual = Mutual { authority: authority?, identity: identity? };
        let mut remote = |name: &str, url: &Option<Url>| {
            let register = url.clone().map(|url| RemoteRegister::new(name, url, &mutual, clock.clone()));
            let unusable = |error: crate::registry::RemoteRegisterError| {
                StartError::Unusable(IDENTITY, error.to_string())
            };
            refusals.take(register.transpose().map_err(unusable))
        };
        let criminal_records = remote("criminal_records", &config.criminal_records_url);
        let civil_status = remote("civil_status", &config.civil_status_url);
        let companies = remote("companies", &config.companies_url);
        Some(Self { criminal_records: criminal_records?, civil_status: civil_status?, companies: companies? })
    }

    /// Returns all registers, local where not remote.
    pub(super) fn with_local(
        self,
        config: &Config,
        (db, installation): (&Db, &Installation),
        keyring: &Arc<Keyring>,
        clock: &Clock,
    ) -> Registers {
        let db = match &config.register_database_url {
            Some(url) => db::connect(url, config.database_pool.get(), installation.clone()),
            None => db.clone(),
        };
        let max_age =
            config.register_max_age.unwrap_or(if installation.sandbox { MaxAge::Unlimited } else { LIVE });
        let local = LocalRegister::new(db, keyring.clone(), clock.clone(), max_age.limit());
        Registers {
            criminal_records: match self.criminal_records {
                Some(register) => Box::new(register),
                None => Box::new(local.clone()),
            },
            civil_status: match self.civil_status {
                Some(register) => Box::new(register),
                None => Box::new(local.clone()),
            },
            companies: match self.companies {
                Some(register) => Box::new(register),
                None => Box::new(local.clone()),
            },
            local: (local, read_locally(config)),
        }
    }
}

/// Returns the registers without a configured URL.
fn read_locally(config: &Config) -> Vec<Register> {
    let is_local = |register: &Register| match register {
        Register::CriminalRecords | Register::CompanyCriminalRecords => config.criminal_records_url.is_none(),
        Register::CivilStatus => config.civil_status_url.is_none(),
        Register::Companies => config.companies_url.is_none(),
    };
    Register::ALL.into_iter().filter(is_local).collect()
}

/// Reads a PEM file with a certificate and, if it is our own, its key.
fn pem(path: Option<&Path>, name: &'static str, refusals: &mut Refusals) -> Option<Vec<u8>> {
    let path = refusals.take(path.ok_or(StartError::Missing(name)))?;
    let octets = refusals.take(std::fs::read(path).map_err(|error| StartError::file(name, path, &error)))?;
    let blocks = pem::parse_many(&octets).unwrap_or_default();
    let lacks = |what: &str| {
        StartError::Unusable(name, format!("the file {} holds no {what} in PEM", path.display()))
    };
    let has = |end: &str| blocks.iter().any(|block| block.tag().ends_with(end));
    refusals.take(has("CERTIFICATE").then_some(()).ok_or_else(|| lacks("certificate")))?;
    if name == IDENTITY {
        refusals.take(has("PRIVATE KEY").then_some(()).ok_or_else(|| lacks("private key")))?;
    }
    Some(octets)
}
