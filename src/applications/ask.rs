//! What the registers say, and what follows from it.

use std::time::Duration;

use actix_web::rt::time::timeout;
use chrono::NaiveDate;
use futures_util::future::try_join;

use crate::error::{Code, Error, Result};
use crate::person::{Cnp, ProvedPerson};
use crate::registry::{CivilStatus, CriminalRecord, Registers};

/// From this age on a person applies alone (under it a parent or guardian does).
const APPLIES_ALONE_FROM: u32 = 14;
/// A person waits for the answer: a register that takes longer counts as away.
const DEADLINE: Duration = Duration::from_secs(5);

/// What both registers said about a person.
pub(super) struct Answers {
    civil: Option<CivilStatus>,
    record: CriminalRecord,
}

/// What follows from it.
pub(super) enum Verdict {
    /// The certificate can be made.
    Issue(Box<CivilStatus>, CriminalRecord),
    /// The register returned entries: an officer has to look.
    Refer(CriminalRecord),
    /// There can be no certificate online.
    Refuse(Code),
}

/// Asks both at once.
///
/// # Errors
/// `register_unavailable` when either does not answer in time.
pub(super) async fn ask(registers: &Registers, cnp: &Cnp) -> Result<Answers> {
    let civil = registers.civil_status.civil_status(cnp);
    let record = registers.criminal_records.criminal_record(cnp);
    let late = || Error::from(Code::RegisterUnavailable).retry_after(Duration::from_secs(60));
    let (civil, record) = timeout(DEADLINE, try_join(civil, record)).await.map_err(|_| late())??;
    Ok(Answers { civil, record })
}

impl Answers {
    /// Both answers, for an officer to decide on.
    pub(super) fn into_parts(self) -> (Option<CivilStatus>, CriminalRecord) {
        (self.civil, self.record)
    }

    /// Decides for a person who applies for themselves.
    pub(super) fn verdict(self, person: &ProvedPerson, today: NaiveDate) -> Verdict {
        let Some(civil) = self.civil else { return Verdict::Refuse(Code::CivilStatusUnknown) };
        let of_age = today.years_since(civil.birth_date).is_some_and(|age| age >= APPLIES_ALONE_FROM);
        let contradicts = civil.birth_date != person.birth_date;
        if civil.deceased || !of_age || contradicts || person.cnp.is_foreign() {
            return Verdict::Refuse(Code::PersonNotEligible);
        }
        if self.record.entries.is_empty() {
            Verdict::Issue(Box::new(civil), self.record)
        } else {
            Verdict::Refer(self.record)
        }
    }
}
