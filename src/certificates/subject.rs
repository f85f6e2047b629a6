//! The subject of a certificate: a natural or a legal person, as the registers describe them.

use chrono::NaiveDate;
use serde::Serialize;

use super::finding::Finding;
use crate::error::Code;
use crate::mandates::company_index;
use crate::person::{Cnp, Cui, Index, Keyring, PersonName, TradeRegisterNumber};
use crate::registry::{CivilStatus, Company};
use crate::text::Bilingual;

/// The subject of a certificate.
#[derive(Debug)]
pub enum Subject {
    /// A natural person, according to the population register.
    NaturalPerson {
        /// Personal numeric code.
        cnp: Cnp,
        /// The person's civil status.
        civil_status: Box<CivilStatus>,
    },
    /// A company, an association or another legal person, according to the company register.
    LegalPerson {
        /// Fiscal code.
        cui: Cui,
        /// The company's data.
        company: Box<Company>,
    },
}

impl Subject {
    /// Says why no certificate can be issued about the subject any more.
    #[must_use]
    pub const fn end(&self) -> Option<Code> {
        match self {
            Self::NaturalPerson { civil_status, .. } if civil_status.deceased => {
                Some(Code::PersonNotEligible)
            }
            Self::LegalPerson { company, .. } if company.dissolved => Some(Code::CompanyNotEligible),
            _ => None,
        }
    }

    /// Returns the keyed hash by which the subject's certificates are found.
    pub(super) fn index(&self, keyring: &Keyring) -> Vec<u8> {
        match self {
            Self::NaturalPerson { cnp, .. } => keyring.index(Index::PERSON_CNP, cnp.as_str().as_bytes()),
            Self::LegalPerson { cui, .. } => company_index(keyring, cui),
        }
    }

    pub(super) fn holder(&self) -> Holder<'_> {
        match self {
            Self::NaturalPerson { cnp, civil_status } => Holder::NaturalPerson {
                cnp: cnp.as_str(),
                family_name: civil_status.family_name.as_str(),
                given_name: civil_status.given_name.as_str(),
                previous_names: &civil_status.previous_names,
                father_given_name: civil_status.father_given_name.as_ref().map(PersonName::as_str),
                mother_given_name: civil_status.mother_given_name.as_ref().map(PersonName::as_str),
                birth_date: civil_status.birth_date.day(),
                birth_county: civil_status.birth_county.as_str(),
                birth_place: civil_status.birth_place.as_str(),
            },
            Self::LegalPerson { cui, company } => Holder::LegalPerson {
                name: company.name.as_str(),
                cui: cui.as_str(),
                trade_register_number: company
                    .trade_register_number
                    .as_ref()
                    .map(TradeRegisterNumber::as_str),
                seat: company.seat.line(),
            },
        }
    }

    /// Returns the finding in words, about "the person named above": in Romanian they agree with *persoana*, whoever it is.
    pub(super) const fn finding_text(finding: Finding) -> Bilingual {
        let (ro, en) = match finding {
            Finding::NoRecord => {
                ("nu este înscrisă în cazierul judiciar", "is not entered in the criminal record")
            }
            Finding::Record => (
                "are în cazierul judiciar înscrierile de mai jos",
                "is entered in the criminal record as listed below",
            ),
        };
        Bilingual { ro, en }
    }
}

/// The holder as in the signed bytes, which do not mention a legal person's representative.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Holder<'a> {
    NaturalPerson {
        cnp: &'a str,
        family_name: &'a str,
        given_name: &'a str,
        previous_names: &'a [PersonName],
        father_given_name: Option<&'a str>,
        mother_given_name: Option<&'a str>,
        birth_date: NaiveDate,
        birth_county: &'a str,
        birth_place: &'a str,
    },
    LegalPerson {
        name: &'a str,
        cui: &'a str,
        trade_register_number: Option<&'a str>,
        seat: String,
    },
}
