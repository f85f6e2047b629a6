//! Queries the registers, and derives what follows.

use std::time::Duration;

use actix_web::rt::time::timeout;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::FutureExt;
use futures_util::future::try_join;
use uuid::Uuid;

use super::about::About;
use crate::certificates::Subject;
use crate::error::Code;
use crate::person::ProvedPerson;
use crate::registry::{CivilStatus, CriminalRecord, Known, NoAnswer, Registers};

/// The age from which a person applies alone; below it, a parent or guardian does.
pub(super) const APPLIES_ALONE_FROM: u32 = 14;
/// A person waits for the answer: a register that takes longer counts as away.
const DEADLINE: Duration = Duration::from_secs(5);
const LATE: NoAnswer = NoAnswer::Away(Duration::from_secs(60));

/// Both registers' answers.
pub(super) struct Answers {
    subject: Known<Subject>,
    record: CriminalRecord,
}

/// The consequence of the answers.
pub(super) enum Verdict {
    /// The certificate can be issued.
    Issue(Subject, CriminalRecord),
    /// The register returned entries or an unreadable record: an officer must decide.
    Refer(CriminalRecord),
    /// No certificate can be issued online.
    Refuse(Code),
    /// The company register no longer lists the holder of this mandate: the mandate ends, and no certificate is issued.
    EndMandate(Uuid),
}

/// Queries both registers at once: the subject's data and criminal record.
///
/// # Errors
/// Fails if either gives no usable answer in time.
pub(super) async fn ask(registers: &Registers, about: &About) -> Result<Answers, NoAnswer> {
    let both = try_join(subject(registers, about), record(registers, about));
    let (subject, record) = timeout(DEADLINE, both).await.map_err(|_| LATE)??;
    Ok(Answers { subject, record })
}

/// Queries for an officer, for whom an unusable answer counts as unreadable: the officer can reject the application,
/// but not issue.
///
/// # Errors
/// Fails if either does not answer in time.
pub(super) async fn ask_for_officer(
    registers: &Registers,
    about: &About,
    now: DateTime<Utc>,
) -> Result<(Known<Subject>, CriminalRecord), NoAnswer> {
    let subject = subject(registers, about).map(|answer| unless_unusable(answer, Known::Unreadable));
    let record =
        record(registers, about).map(|answer| unless_unusable(answer, CriminalRecord::all_unreadable(now)));
    timeout(DEADLINE, try_join(subject, record)).await.map_err(|_| LATE)?
}

fn unless_unusable<T>(answer: Result<T, NoAnswer>, unreadable: T) -> Result<T, NoAnswer> {
    match answer {
        Err(NoAnswer::Unusable) => Ok(unreadable),
        answer => answer,
    }
}

/// Queries the subject's data.
async fn subject(registers: &Registers, about: &About) -> Result<Known<Subject>, NoAnswer> {
    match about {
        About::Person(cnp) => {
            let civil_status = registers.civil_status.civil_status(cnp).await?;
            let subject = |civil_status| Subject::NaturalPerson {
                cnp: cnp.clone(),
                civil_status: Box::new(civil_status),
            };
            Ok(civil_status.map(subject))
        }
        About::Company(mandate) => {
            let cui = mandate.company.cui()?;
            let company = registers.companies.company(&cui).await?;
            Ok(company.map(|company| Subject::LegalPerson { cui, company: Box::new(company) }))
        }
    }
}

/// Queries the subject's criminal record.
async fn record(registers: &Registers, about: &About) -> Result<CriminalRecord, NoAnswer> {
    match about {
        About::Person(cnp) => registers.criminal_records.criminal_record(cnp).await,
        About::Company(mandate) => {
            registers.criminal_records.company_criminal_record(&mandate.company.cui()?).await
        }
    }
}

impl Answers {
    /// Decides about an application for oneself, or for the legal person of a mandate.
    pub(super) fn verdict(self, about: &About, applicant: &ProvedPerson, today: NaiveDate) -> Verdict {
        // The Romanian register does not answer for foreigners, whatever it says about them.
        if matches!(about, About::Person(_)) && applicant.cnp.is_foreign() {
            return Verdict::Refuse(match self.subject {
                Known::Nobody => unknown(about),
                _ => Code::PersonNotEligible,
            });
        }
        let subject = match self.subject {
            Known::Record(subject) => subject,
            Known::Unreadable => return Verdict::Refer(self.record),
            Known::Nobody => return Verdict::Refuse(unknown(about)),
        };
        if let Some(code) = subject.end() {
            return Verdict::Refuse(code);
        }
        match (about, &subject) {
            (About::Company(mandate), Subject::LegalPerson { company, .. }) => {
                if !mandate.stands(&applicant.cnp, company) {
                    return match mandate.is_ended_by(company) {
                        true => Verdict::EndMandate(mandate.id),
                        false => Verdict::Refuse(Code::MandateNotInForce),
                    };
                }
            }
            (About::Person(_), Subject::NaturalPerson { civil_status, .. })
                if applies_alone(applicant, civil_status, today) => {}
            _ => return Verdict::Refuse(Code::PersonNotEligible),
        }
        if self.record.is_clean() {
            Verdict::Issue(subject, self.record)
        } else {
            Verdict::Refer(self.record)
        }
    }
}

/// Returns the code for a subject that the register does not know.
pub(super) const fn unknown(about: &About) -> Code {
    match about {
        About::Person(_) => Code::CivilStatusUnknown,
        About::Company(_) => Code::CompanyUnknown,
    }
}

/// Returns whether the applicant may apply alone: of age, the proved person, and not a foreigner.
pub(super) fn applies_alone(applicant: &ProvedPerson, civil: &CivilStatus, today: NaiveDate) -> bool {
    let of_age = today.years_since(civil.birth_date.day()).is_some_and(|age| age >= APPLIES_ALONE_FROM);
    of_age && civil.birth_date.day() == applicant.birth_date && !applicant.cnp.is_foreign()
}
