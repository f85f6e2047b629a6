//! The data of a test person, and its short form for the list.

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::sandbox::companies::TestCompanyItem;
use crate::text::coded;

/// An invented person, with everything that public registers would know about them.
#[derive(Clone)]
pub struct TestPerson {
    /// Stable name of the case, such as `with-entries`; the `login_hint` of the simulated Ghișeul.
    pub id: &'static str,
    /// Personal numeric code, 13 digits.
    pub cnp: &'static str,
    /// Family name, as in the identity document.
    pub family_name: &'static str,
    /// Given names.
    pub given_name: &'static str,
    /// Earlier family names, oldest first.
    pub previous_names: &'static [&'static str],
    /// Father's given name.
    pub father_given_name: &'static str,
    /// Mother's given name.
    pub mother_given_name: &'static str,
    /// Date of birth.
    pub birth_date: NaiveDate,
    /// County of birth; for a person born abroad, the country.
    pub birth_county: &'static str,
    /// Locality of birth.
    pub birth_place: &'static str,
    /// Where the person lives.
    pub domicile: Address,
    /// The document that an officer at the counter would see.
    pub identity_document: IdentityDocument,
    /// What this person tests.
    pub purpose: Purpose,
    /// Entries in the criminal-record register; empty for most.
    pub entries: &'static [TestEntry],
    /// Whether the population register records a death.
    pub deceased: bool,
    /// Whether the population register knows the person.
    pub civil_status_known: bool,
    /// How the criminal-record register behaves when queried about this person.
    pub register: RegisterBehaviour,
    /// How the population register behaves.
    pub civil_status: RegisterBehaviour,
}

/// Shows only the id: a habit kept even for people who do not exist.
impl fmt::Debug for TestPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestPerson").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A domicile in Romania.
#[derive(Clone, Copy)]
pub struct Address {
    /// County, or `București`.
    pub county: &'static str,
    /// City, town or village.
    pub locality: &'static str,
    /// Street, with its kind (`Str.`, `Bd.`, `Aleea`).
    pub street: &'static str,
    /// House number.
    pub number: &'static str,
    /// Building of a housing estate, if any.
    pub building: Option<&'static str>,
    /// Flat, if any.
    pub flat: Option<&'static str>,
}

impl Address {
    pub(in crate::sandbox) const fn new(
        county: &'static str,
        locality: &'static str,
        street: &'static str,
        number: &'static str,
        building_and_flat: Option<(&'static str, &'static str)>,
    ) -> Self {
        let (building, flat) = match building_and_flat {
            Some((building, flat)) => (Some(building), Some(flat)),
            None => (None, None),
        };
        Self { county, locality, street, number, building, flat }
    }
}

/// An identity document.
#[derive(Clone, Copy)]
pub struct IdentityDocument {
    /// Its kind.
    pub kind: IdentityDocumentType,
    /// Series; empty if the kind has none.
    pub series: &'static str,
    /// Number.
    pub number: &'static str,
    /// Last day of validity; none for a birth certificate.
    pub expires_on: Option<NaiveDate>,
}

impl IdentityDocument {
    pub(super) const fn new(
        kind: IdentityDocumentType,
        series: &'static str,
        number: &'static str,
        expires_on: Option<NaiveDate>,
    ) -> Self {
        Self { kind, series, number, expires_on }
    }
}

/// Kinds of identity documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityDocumentType {
    /// *Carte de identitate*.
    IdentityCard,
    /// *Carte electronică de identitate*.
    ElectronicIdentityCard,
    /// *Permis de ședere*, for a foreign resident.
    ResidencePermit,
    /// *Certificat de naștere*, which serves below the age of 14.
    BirthCertificate,
}

/// What a test person is for, in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Purpose {
    /// In Romanian.
    pub ro: &'static str,
    /// In English.
    pub en: &'static str,
}

/// An entry of the criminal-record register, in the register's own words (Romanian).
#[derive(Clone, Copy)]
pub struct TestEntry {
    /// Number and date of the judgment.
    pub judgment: &'static str,
    /// The court that gave it.
    pub court: &'static str,
    /// When it became final.
    pub date_final: NaiveDate,
    /// Offence, with its article.
    pub offence: &'static str,
    /// Sanction.
    pub sanction: &'static str,
    /// To what extent the sanction has been executed.
    pub status: &'static str,
}

coded! {
    /// How a register behaves when queried about a person.
    pub enum RegisterBehaviour in "sandbox.outages.behaviour" {
        /// Answers at once.
        Answers = "answers",
        /// Answers late, but not too late.
        Slow = "slow",
        /// Does not answer, as if it were down.
        Away = "away",
        /// Answers with a server error.
        Failing = "failing",
        /// Answers with half a document.
        Malformed = "malformed",
        /// Answers with a document that does not match its digest.
        BadDigest = "bad_digest",
        /// Answers about another person.
        WrongPerson = "wrong_person",
        /// Answers with octets that are no document at all, with their digest.
        Garbage = "garbage",
        /// Begins its answer and never ends it.
        HalfOpen = "half_open",
    }
}

/// The list of test persons.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestPersonList {
    /// The persons; the first is `clean`.
    pub items: Vec<TestPersonItem>,
    /// The legal persons that some of them represent; the first is `firm-clean`.
    pub companies: Vec<TestCompanyItem>,
}

/// A test person in the sandbox's list.
#[derive(Serialize, ToSchema)]
pub struct TestPersonItem {
    /// Stable name of the case.
    #[schema(example = "clean")]
    pub id: &'static str,
    /// Personal numeric code.
    #[schema(example = "2880514121171")]
    pub cnp: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Given names.
    pub given_name: &'static str,
    /// What the person tests, in the caller's language.
    pub purpose: &'static str,
}

/// Shows only the id, like [`TestPerson`].
impl fmt::Debug for TestPersonItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestPersonItem").field("id", &self.id).finish_non_exhaustive()
    }
}
