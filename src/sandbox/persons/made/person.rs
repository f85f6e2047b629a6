//! An invented person as a test person.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::invent;
use super::wanted::{AgeGroup, PersonWanted};
use crate::error::Result;
use crate::person::{Cnp, Cui, Index, Keyring};
use crate::sandbox::companies::TestCompany;
use crate::sandbox::persons::entries::ENTRIES;
use crate::sandbox::persons::ordinary::ORDINARY;
use crate::sandbox::persons::{
    Address, IdentityDocument, IdentityDocumentType, Purpose, RegisterBehaviour, TestPerson,
};

/// The beginning of the ids of made persons.
pub(super) const PREFIX: &str = "made-";

/// Returns the id of the person of a row.
pub(super) fn id_of(row: Uuid) -> String {
    format!("{PREFIX}{}", row.simple())
}

/// How long an identity document is valid.
const VALIDITY: Days = Days::new(5 * 365);

/// A made person, and the firm that they represent.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct MadePerson {
    wanted: PersonWanted,
    cnp: String,
    family_name: String,
    given_name: String,
    birth_date: NaiveDate,
    /// The fiscal code of the firm.
    cui: Option<String>,
    made_on: NaiveDate,
}

/// Returns the row of a person: a keyed hash, so that a CNP finds it and nobody finds the CNP.
pub(super) fn row_of(keyring: &Keyring, cnp: &Cnp) -> Uuid {
    hashed(keyring, cnp.as_str())
}

/// Returns the row of the administrator of a firm.
pub(super) fn row_of_firm(keyring: &Keyring, cui: &Cui) -> Uuid {
    hashed(keyring, cui.as_str())
}

fn hashed(keyring: &Keyring, number: &str) -> Uuid {
    // By the oldest key alone: a shortened hash cannot be made anew when keys are added.
    let index = keyring.index_chain().oldest_hash(Index::SANDBOX_PERSONS, number.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(index).for_each(|(byte, hashed)| *byte = hashed);
    Uuid::from_bytes(bytes)
}

impl MadePerson {
    /// Invents a person as wanted.
    pub(in crate::sandbox) fn invent(wanted: PersonWanted, today: NaiveDate) -> Result<Self> {
        let invent::Invented { cnp, birth_date, family_name, given_name } = invent::person(&wanted, today)?;
        let cui = wanted.administrator.then(invent::cui).transpose()?;
        Ok(Self {
            wanted,
            cnp: cnp.as_str().to_owned(),
            family_name: family_name.to_owned(),
            given_name: given_name.to_owned(),
            birth_date,
            cui: cui.map(|cui| cui.as_str().to_owned()),
            made_on: today,
        })
    }

    /// Returns the CNP, and the fiscal code of the firm.
    pub(in crate::sandbox) fn numbers(&self) -> Result<(Cnp, Option<Cui>)> {
        let cui = self.cui.as_deref().map(Cui::parse).transpose();
        let broken = |rule: &'static crate::text::Rule| crate::error::Error::internal(rule.code);
        Ok((Cnp::parse(&self.cnp).map_err(broken)?, cui.map_err(broken)?))
    }

    /// Makes the test person, and the test company; they live as long as the process, as the others do.
    pub(super) fn into_test_person(self, id: Uuid) -> (&'static TestPerson, Option<&'static TestCompany>) {
        let (ro, en) = self.wanted.purpose();
        let purpose = Purpose { ro: kept(ro), en: kept(en) };
        let entries: Vec<_> = ENTRIES.iter().cycle().take(self.wanted.entries.into()).copied().collect();
        let person = Box::leak(Box::new(TestPerson {
            id: kept(id_of(id)),
            cnp: kept(self.cnp),
            family_name: kept(self.family_name),
            given_name: kept(self.given_name),
            father_given_name: "Vasile",
            mother_given_name: "Maria",
            birth_date: self.birth_date,
            birth_county: "Cluj",
            birth_place: "Cluj-Napoca",
            domicile: Address::new("Cluj", "Cluj-Napoca", "Str. Memorandumului", "28", None),
            identity_document: document(&self.wanted, self.made_on),
            purpose,
            entries: Vec::leak(entries),
            deceased: self.wanted.deceased,
            civil_status_known: self.wanted.civil_status_known,
            register: self.wanted.criminal_records,
            civil_status: self.wanted.civil_status,
            ..ORDINARY
        }));
        let company = self.cui.map(|cui| &*Box::leak(Box::new(firm(kept(cui), person))));
        (person, company)
    }
}

fn kept(text: String) -> &'static str {
    String::leak(text)
}

fn document(wanted: &PersonWanted, made_on: NaiveDate) -> IdentityDocument {
    let kind = match (wanted.foreign, wanted.age) {
        (true, _) => IdentityDocumentType::ResidencePermit,
        (false, AgeGroup::Child) => IdentityDocumentType::BirthCertificate,
        (false, _) => IdentityDocumentType::IdentityCard,
    };
    let expires_on =
        made_on.checked_add_days(VALIDITY).filter(|_| kind != IdentityDocumentType::BirthCertificate);
    IdentityDocument::new(kind, "CJ", "100200", expires_on)
}

fn firm(cui: &'static str, administrator: &TestPerson) -> TestCompany {
    TestCompany {
        id: administrator.id,
        cui,
        name: "Firmă de Probă S.R.L.",
        trade_register_number: Some("J2020001234400"),
        seat: Address::new("Cluj", "Cluj-Napoca", "Str. Memorandumului", "28", None),
        represented_by: administrator.id,
        dissolved: false,
        entries: &[],
        register: RegisterBehaviour::Answers,
        company_register: RegisterBehaviour::Answers,
        purpose: administrator.purpose,
    }
}
