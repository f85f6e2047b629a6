//! What the event of a step says: who took it, and why.

use crate::certificates::RevocationReason;
use crate::error::{Code, Error, Result};
use crate::text::coded;

coded! {
    /// Who takes a step of an application.
    #[schema(as = ApplicationEventActor)]
    pub(crate) enum StepActor in "application_events.actor" {
        /// Whoever applied.
        Applicant = "applicant",
        /// The service itself.
        Service = "service",
        /// An officer.
        Officer = "officer",
    }
}

coded! {
    /// Why a step was taken; a reason that is a problem's code has its page at `/problems/{code}`.
    #[schema(as = ApplicationEventReason)]
    pub(crate) enum StepReason in "application_events.reason" {
        /// The register returned entries, or a record that cannot be read: an officer reviews it.
        OfficerReview = "officer_review",
        /// The same, before certificates with entries are issued online: a counter issues it.
        ComeToCounter = "come_to_counter",
        /// Somebody applies for another person.
        Representation = "representation",
        /// The owner reported wrong fields of a certificate.
        Correction = "correction",
        /// A register's answer could not be used for a long time.
        RegisterAnswerUnusable = "register_answer_unusable",
        /// Settled at a counter.
        HandledAtCounter = "handled_at_counter",
        /// The evidence does not prove the claim.
        NotProved = "not_proved",
        /// The register's data are right.
        DataAreRight = "data_are_right",
        /// The applicant did not bring the required documents.
        DocumentsMissing = "documents_missing",
        /// The register's entries are another person's: issued without them.
        WrongHitCleared = "wrong_hit_cleared",
        /// The certificate states something false.
        WrongData = "wrong_data",
        /// The certificate is about another person.
        WrongPerson = "wrong_person",
        /// The certificate was obtained by deceit.
        Fraud = "fraud",
        /// A court ordered the revocation.
        CourtDecision = "court_decision",
        /// The account that applied was not the person's.
        IdentityUndone = "identity_undone",
        /// The account has no proved identity any more.
        IdentityUnverified = "identity_unverified",
        /// The mandate is not in force.
        MandateNotInForce = "mandate_not_in_force",
        /// The person cannot get a certificate online.
        PersonNotEligible = "person_not_eligible",
        /// The population register does not know the person.
        CivilStatusUnknown = "civil_status_unknown",
        /// The company register does not know the legal person.
        CompanyUnknown = "company_unknown",
        /// The legal person is struck off.
        CompanyNotEligible = "company_not_eligible",
    }
}

impl StepReason {
    /// Returns the reason of a rejection that a problem brings about.
    ///
    /// # Errors
    /// A problem that rejects no application.
    pub(super) fn of_problem(code: Code) -> Result<Self> {
        match code {
            Code::IdentityUnverified => Ok(Self::IdentityUnverified),
            Code::MandateNotInForce => Ok(Self::MandateNotInForce),
            Code::PersonNotEligible => Ok(Self::PersonNotEligible),
            Code::CivilStatusUnknown => Ok(Self::CivilStatusUnknown),
            Code::CompanyUnknown => Ok(Self::CompanyUnknown),
            Code::CompanyNotEligible => Ok(Self::CompanyNotEligible),
            code => Err(Error::internal(format!("the problem {} rejects no application", code.as_str()))),
        }
    }
}

impl From<RevocationReason> for StepReason {
    fn from(reason: RevocationReason) -> Self {
        match reason {
            RevocationReason::WrongData => Self::WrongData,
            RevocationReason::WrongPerson => Self::WrongPerson,
            RevocationReason::Fraud => Self::Fraud,
            RevocationReason::CourtDecision => Self::CourtDecision,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_is_a_problem_has_the_problem_s_code() {
        let codes = [
            Code::IdentityUnverified,
            Code::MandateNotInForce,
            Code::PersonNotEligible,
            Code::CivilStatusUnknown,
            Code::CompanyUnknown,
            Code::CompanyNotEligible,
        ];
        for code in codes {
            assert_eq!(StepReason::of_problem(code).unwrap().as_str(), code.as_str());
        }
        assert!(StepReason::of_problem(Code::Internal).is_err());
    }
}
