//! The registers of a node: each remote where it has an address, else this installation's own copy.

use std::num::NonZeroU16;
use std::path::Path;
use std::sync::Arc;

use url::Url;

use super::StartError;
use crate::clock::Clock;
use crate::config::{Config, MaxAge};
use crate::db::{self, Db, Installation};
use crate::person::Keyring;
use crate::registry::{LocalRegister, Mutual, Register, Registers, RemoteRegister};

/// How old a local register of a live node may be, where no setting says so: a daily export, and a day to mend one.
const LIVE: MaxAge = MaxAge::Hours(NonZeroU16::new(48).unwrap());

pub(super) fn of(
    config: &Config,
    (db, installation): (&Db, &Installation),
    keyring: &Arc<Keyring>,
    clock: &Clock,
) -> Result<Registers, StartError> {
    let db = match &config.register_database_url {
        Some(url) => db::connect(url, config.database_pool.get(), installation.clone()),
        None => db.clone(),
    };
    let max_age =
        config.register_max_age.unwrap_or(if installation.sandbox { MaxAge::Unlimited } else { LIVE });
    let local = LocalRegister::new(db, keyring.clone(), clock.clone(), max_age.limit());
    let remote = |setting, name, url: &Option<Url>| -> Result<Option<RemoteRegister>, StartError> {
        url.as_ref().map(|url| remote(config, setting, name, url, clock)).transpose()
    };
    let criminal = remote("CAZIER_CRIMINAL_RECORDS_URL", "criminal_records", &config.criminal_records_url)?;
    let civil = remote("CAZIER_CIVIL_STATUS_URL", "civil_status", &config.civil_status_url)?;
    let companies = remote("CAZIER_COMPANIES_URL", "companies", &config.companies_url)?;
    Ok(Registers {
        criminal_records: match criminal {
            Some(register) => Box::new(register),
            None => Box::new(local.clone()),
        },
        civil_status: match civil {
            Some(register) => Box::new(register),
            None => Box::new(local.clone()),
        },
        companies: match companies {
            Some(register) => Box::new(register),
            None => Box::new(local.clone()),
        },
        local: (local, read_locally(config)),
    })
}

/// The registers that have no address of their own.
fn read_locally(config: &Config) -> Vec<Register> {
    let is_local = |register: &Register| match register {
        Register::CriminalRecords | Register::CompanyCriminalRecords => config.criminal_records_url.is_none(),
        Register::CivilStatus => config.civil_status_url.is_none(),
        Register::Companies => config.companies_url.is_none(),
    };
    Register::ALL.into_iter().filter(is_local).collect()
}

fn remote(
    config: &Config,
    setting: &'static str,
    name: &str,
    url: &Url,
    clock: &Clock,
) -> Result<RemoteRegister, StartError> {
    let mutual = Mutual {
        authority: pem(config.register_authority.as_deref(), "CAZIER_REGISTER_AUTHORITY")?,
        identity: pem(config.register_identity.as_deref(), "CAZIER_REGISTER_IDENTITY")?,
    };
    RemoteRegister::new(name, url.clone(), &mutual, clock.clone())
        .map_err(|error| StartError::Unusable(setting, error.to_string()))
}

fn pem(path: Option<&Path>, name: &'static str) -> Result<Vec<u8>, StartError> {
    std::fs::read(path.ok_or(StartError::Missing(name))?)
        .map_err(|error| StartError::Unusable(name, error.to_string()))
}
