//! The answer of the criminal-record register.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::{Code, Result};
use crate::text::{Rule, Text};
use crate::time::civil_date::CivilDate;

/// An entry of the criminal record, as the register returns it. The service decides nothing about erasure.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct CriminalRecordEntry {
    /// Number and date of the judgment.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Sentința penală nr. 214/2019")]
    pub judgment: Text,
    /// The court.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Judecătoria Craiova")]
    pub court: Text,
    /// When the judgment became final.
    #[schema(value_type = NaiveDate)]
    pub date_final: CivilDate,
    /// The offence, with its article.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Distrugere (art. 253 alin. 1 Cod penal)")]
    pub offence: Text,
    /// The sanction.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Amendă penală, 4.000 lei")]
    pub sanction: Text,
    /// As the register words it, such as "în executare".
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Executată")]
    pub status: Text,
}

impl CriminalRecordEntry {
    /// Checks that the entry is plausible on a day.
    ///
    /// # Errors
    /// `date_in_future` if the judgment is not final yet.
    pub fn check(&self, today: NaiveDate) -> Result<(), &'static Rule> {
        self.date_final.not_after(today).map(drop)
    }
}

/// The criminal record of one natural or legal person.
#[derive(Clone)]
pub struct CriminalRecord {
    entries: Vec<CriminalRecordEntry>,
    unreadable: bool,
    /// When the register was queried.
    pub asked_at: DateTime<Utc>,
    /// SHA-256 of the answer, stored with the certificate that is issued from it.
    pub digest: [u8; 32],
}

impl CriminalRecord {
    /// Makes an answer from the entries in force, all readable. Without entries, the subject has no record.
    #[must_use]
    pub const fn new(entries: Vec<CriminalRecordEntry>, asked_at: DateTime<Utc>, digest: [u8; 32]) -> Self {
        Self { entries, unreadable: false, asked_at, digest }
    }

    /// Makes an answer with unreadable entries only. No certificate is issued from it, so it has no digest.
    #[must_use]
    pub const fn all_unreadable(asked_at: DateTime<Utc>) -> Self {
        Self { entries: Vec::new(), unreadable: true, asked_at, digest: [0; 32] }
    }

    /// Marks that the register has further, unreadable entries.
    #[must_use]
    pub fn with_unreadable(self, unreadable: bool) -> Self {
        Self { unreadable, ..self }
    }

    /// Returns whether the register has no entries at all about the subject.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.entries.is_empty() && !self.unreadable
    }

    /// Returns whether some entries are unreadable.
    #[must_use]
    pub const fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// Returns the readable entries: to show to an officer, never to certify.
    #[must_use]
    pub fn readable_entries(&self) -> &[CriminalRecordEntry] {
        &self.entries
    }

    /// Returns all entries, for a certificate.
    ///
    /// # Errors
    /// `register_record_unreadable` if some are unreadable.
    pub fn entries(&self) -> Result<&[CriminalRecordEntry]> {
        if self.unreadable { Err(Code::RegisterRecordUnreadable.into()) } else { Ok(&self.entries) }
    }

    /// Returns the answer without its entries, after an officer found that they are another person's.
    ///
    /// # Errors
    /// `register_record_unreadable` if some are unreadable: nobody can find out whose they are.
    pub fn cleared(self) -> Result<Self> {
        self.entries()?;
        Ok(Self { entries: Vec::new(), ..self })
    }
}

redacted!(CriminalRecordEntry, CriminalRecord);
