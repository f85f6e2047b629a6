//! The legal person of a mandate.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::Mandate;
use crate::error::{Error, Result};
use crate::person::{Column, Cui, Index, Keyring};
use crate::registry::{Address, Company};

/// A legal person, as the company register described it when the mandate was requested; shown in its holder's list.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Represented {
    cui: String,
    pub(crate) name: String,
    pub(crate) trade_register_number: Option<String>,
}

impl std::fmt::Debug for Represented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Represented(…)")
    }
}

impl Represented {
    pub(super) fn of(cui: &Cui, company: &Company) -> Self {
        Self {
            cui: cui.as_str().to_owned(),
            name: company.name.as_str().to_owned(),
            trade_register_number: company
                .trade_register_number
                .as_ref()
                .map(|number| number.as_str().to_owned()),
        }
    }

    /// Returns the fiscal code.
    pub(crate) fn cui(&self) -> Result<Cui> {
        Cui::parse(&self.cui).map_err(Error::internal)
    }

    /// Encrypts the data for the mandate's row.
    pub(super) fn encrypt(&self, keyring: &Keyring, mandate: Uuid) -> Result<Vec<u8>> {
        let json = serde_json::to_vec(self).map_err(Error::internal)?;
        keyring.encrypt(Column::MANDATES_COMPANY.at(mandate), &json).map_err(Error::internal)
    }

    /// Decrypts the data.
    pub(super) fn decrypt(keyring: &Keyring, row: &Mandate) -> Result<Self> {
        let cell = Column::MANDATES_COMPANY.at(row.id);
        let json = keyring.decrypt(cell, &row.company).map_err(Error::internal)?;
        serde_json::from_slice(&json).map_err(Error::internal)
    }
}

/// A legal person as an officer sees it, according to the company register.
#[derive(Serialize, ToSchema)]
#[schema(as = CompanyInReview)]
pub(crate) struct CompanyShown {
    /// Its name.
    #[schema(example = "Construcții Țara Bârsei S.R.L.")]
    pub(crate) name: String,
    /// Its trade-register number, if it has one.
    #[schema(example = "J08/1234/2020")]
    pub(crate) trade_register_number: Option<String>,
    /// Its seat.
    pub(crate) seat: Address,
    /// Whether it has been struck off.
    pub(crate) dissolved: bool,
    /// When the register's data was current.
    pub(crate) as_of: DateTime<Utc>,
}

impl From<Company> for CompanyShown {
    fn from(company: Company) -> Self {
        Self {
            name: company.name.as_str().to_owned(),
            trade_register_number: company.trade_register_number.map(|number| number.as_str().to_owned()),
            seat: company.seat,
            dissolved: company.dissolved,
            as_of: company.as_of,
        }
    }
}

/// Returns the keyed hash by which a legal person is found, as a natural person is by that of the CNP.
pub(crate) fn company_index(keyring: &Keyring, cui: &Cui) -> Vec<u8> {
    keyring.index(Index::COMPANY_CUI, cui.as_str().as_bytes())
}
