//! One turn: finishes an application, or sets its next attempt.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::WaitingRoom;
use super::store::{self, BadAnswers, Waiting};
use crate::accounts::store::Account;
use crate::applications::about::{self, About};
use crate::applications::ask::{self, Verdict};
use crate::applications::draft::{self, Holder};
use crate::applications::event::{StepActor, StepReason};
use crate::applications::finish::{self, Finish, Finished};
use crate::applications::life::{self, ApplicationStatus};
use crate::applications::mails::{self, News};
use crate::applications::step::{self, Step};
use crate::applications::store::{Application, account_of};
use crate::audit::{self, Actor, Event};
use crate::backoff::Backoff;
use crate::certificates::Subject;
use crate::error::{Code, Context, Error, Result};
use crate::http::RequestId;
use crate::mandates;
use crate::person::ProvedPerson;
use crate::registry::{CriminalRecord, NoAnswer, Subjects};
use crate::state::AppState;
use crate::time::civil_date;

/// The pause after an unusable answer.
const AFTER_A_BAD_ANSWER: Backoff = Backoff { first: 10, most: 3600 };
/// The pause after a fault of ours that hits only this application: somebody must look at it first.
const AFTER_A_FAULT: TimeDelta = TimeDelta::minutes(5);
/// Referral to an officer: after this many unusable answers …
const BAD_ANSWERS: i32 = 30;
/// … which take about a day, so that the register's operator can repair it; or after a day with at least this many, if
/// fewer queries were made because the register was away in between.
const BAD_FOR: (TimeDelta, i32) = (TimeDelta::hours(24), 5);
/// The reason of the referral.
const ANSWER_UNUSABLE: StepReason = StepReason::RegisterAnswerUnusable;

/// An application, and the account of its owner, who is told the outcome.
struct Case {
    application: Application,
    account: Account,
}

/// An outcome without a certificate.
struct End {
    to: ApplicationStatus,
    why: StepReason,
    news: News,
    /// A mandate that ends with it.
    mandate: Option<Uuid>,
}

impl End {
    const fn refer(why: StepReason, news: News) -> Self {
        Self { to: ApplicationStatus::Referred, why, news, mandate: None }
    }

    fn reject(code: Code) -> Result<Self> {
        let why = StepReason::of_problem(code)?;
        Ok(Self { to: ApplicationStatus::Rejected, why, news: News::Refused, mandate: None })
    }
}

impl BadAnswers {
    /// Returns whether an officer should take over.
    fn are_enough(self, now: DateTime<Utc>) -> bool {
        self.count >= BAD_ANSWERS || (now - self.since >= BAD_FOR.0 && self.count >= BAD_FOR.1)
    }
}

impl WaitingRoom {
    /// Finishes an application, or sets its next attempt.
    ///
    /// # Errors
    /// A fault that would hit every application.
    pub(super) async fn turn(&self, waiting: Waiting) -> (Subjects, Result<()>) {
        let (subjects, taken_at) = (waiting.subjects(), self.state.clock.now());
        let outcome = match self.go_on(&waiting).await {
            // The lease expires: the register's circuit sets the pause.
            Ok(()) | Err(NoAnswer::Away(_)) => Ok(()),
            Err(NoAnswer::Unusable | NoAnswer::Failing(_)) => self.count_bad_answer(waiting, taken_at).await,
            Err(NoAnswer::Fault(error)) => self.set_aside(waiting, taken_at, error).await,
        };
        (subjects, outcome)
    }

    /// Queries the registers, and acts on their answers.
    async fn go_on(&self, waiting: &Waiting) -> Result<(), NoAnswer> {
        let case = self.case(waiting).await?;
        let person = about::owner(&self.state.keyring, &case.account).context("decrypting the applicant")?;
        let Some(person) = person else { return Ok(self.reject(case, Code::IdentityUnverified).await?) };
        let about = match self.about(&case, &person).await {
            Err(error) if matches!(error.code(), Code::IdentityUnverified | Code::MandateNotInForce) => {
                return Ok(self.reject(case, error.code()).await?);
            }
            about => about?,
        };
        let answers = ask::ask(&self.registers, &about).await?;
        let today = civil_date::today(self.state.clock.now());
        Ok(match answers.verdict(&about, &person, today) {
            Verdict::Issue(subject, record) => self.issue(case, &subject, &record).await,
            Verdict::Refer(_) => {
                let why = life::referral_reason(self.state.roll_out, today);
                self.end(case, End::refer(why, News::Referred)).await
            }
            Verdict::Refuse(code) => self.reject(case, code).await,
            Verdict::EndMandate(id) => {
                self.end(case, End { mandate: Some(id), ..End::reject(Code::MandateNotInForce)? }).await
            }
        }?)
    }

    async fn case(&self, waiting: &Waiting) -> Result<Case> {
        let application = waiting.application.clone();
        let work = move |c: &mut PgConnection| {
            Ok(Case { account: account_of(c, &application)?, application: application.clone() })
        };
        self.state.db.read(work).await.context("reading the application")
    }

    /// Returns the subject, if the account still belongs to the applicant and the mandate is in force.
    async fn about(&self, case: &Case, person: &ProvedPerson) -> Result<About> {
        let Some(mandate) = case.application.mandate_id else {
            let about = About::Person(person.cnp.clone());
            let theirs = about.index(&self.state.keyring) == case.application.person_index;
            return if theirs { Ok(about) } else { Err(Code::IdentityUnverified.into()) };
        };
        let (keyring, account) = (self.state.keyring.clone(), case.account.clone());
        let mandate = (mandate, civil_date::today(self.state.clock.now()));
        self.state.db.read(move |c| About::company(c, &keyring, &account, mandate)).await
    }

    async fn issue(&self, case: Case, subject: &Subject, record: &CriminalRecord) -> Result<()> {
        let case = Arc::new(case);
        // Two of 2⁴⁰ numbers a year may collide once in a while; twice in a row is a fault.
        for _ in 0..3 {
            if self.issue_once(&case, subject, record).await? != Finished::NumberTaken {
                return Ok(());
            }
        }
        Err(Error::internal("no registration number is free"))
    }

    async fn issue_once(
        &self,
        case: &Arc<Case>,
        subject: &Subject,
        record: &CriminalRecord,
    ) -> Result<Finished> {
        let (now, state, case) = (self.state.clock.now(), self.state.clone(), case.clone());
        let holder = Holder { subject, record, corrects: None };
        let draft = draft::draft(&self.state, &self.seals, &case.application, &holder, now).await?;
        let finish =
            Finish::by_service(case.application.id, ApplicationStatus::AwaitingRegister, draft, record);
        let work = move |c: &mut PgConnection| {
            let finished = finish::store(c, &state.keyring, &finish)?;
            if finished == Finished::Issued {
                tell(c, &state, &case, News::Ready)?;
            }
            Ok(finished)
        };
        self.state.db.transaction(work).await.context("storing the certificate")
    }

    async fn reject(&self, case: Case, code: Code) -> Result<()> {
        self.end(case, End::reject(code)?).await
    }

    /// Ends the wait without a certificate; also ends a mandate that the register denies.
    async fn end(&self, case: Case, end: End) -> Result<()> {
        let state = self.state.clone();
        let step = Step {
            from: ApplicationStatus::AwaitingRegister,
            to: end.to,
            actor: StepActor::Service,
            reason: Some(end.why),
            at: state.clock.now(),
        };
        let work = move |c: &mut PgConnection| {
            if !step::take(c, case.application.id, step)? {
                return Ok(());
            }
            let action = match end.to {
                ApplicationStatus::Referred => "application.referred",
                _ => "application.refused",
            };
            let (id, request) = (case.application.id, RequestId::new());
            audit::record(c, &Event::new(step.at, Actor::SERVICE, action, Some(id), &request))?;
            if let Some(mandate) = end.mandate {
                let house = (&*state.keyring, &state.addresses.front_end);
                mandates::end_by_register(c, house, mandate, (&request, step.at))?;
            }
            tell(c, &state, &case, end.news)
        };
        self.state.db.transaction(work).await.context("ending the wait")
    }

    /// Counts an unusable answer; after many of them, refers the application to an officer.
    async fn count_bad_answer(&self, waiting: Waiting, now: DateTime<Utc>) -> Result<()> {
        let bad = waiting.one_more_bad_answer(now);
        if bad.are_enough(now) {
            let case = self.case(&waiting).await?;
            return self.end(case, End::refer(ANSWER_UNUSABLE, News::AnswerUnusable)).await;
        }
        let again = now + AFTER_A_BAD_ANSWER.after(bad.count);
        self.state.db.write(move |c| store::put_off(c, &waiting, again, Some(bad))).await
    }

    /// Sets aside an application that hits a fault of ours, unless the fault would hit all.
    async fn set_aside(&self, waiting: Waiting, now: DateTime<Utc>, fault: Error) -> Result<()> {
        match fault.code() {
            // The key may have been retired a moment ago; the next may be active.
            Code::SealUnavailable => self.seals.forget(),
            Code::DatabaseUnavailable => {}
            _ => {
                log::error!("application {} cannot be processed: {fault}", waiting.application.id);
                let again = now + AFTER_A_FAULT;
                return self.state.db.write(move |c| store::put_off(c, &waiting, again, None)).await;
            }
        }
        Err(fault)
    }
}

fn tell(connection: &mut PgConnection, state: &AppState, case: &Case, news: News) -> Result<()> {
    let about = (&case.account, &case.application);
    mails::send(connection, &state.keyring, &state.addresses.front_end, about, news, state.clock.now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_officer_gets_the_case_after_many_bad_answers_or_a_day_of_them() {
        let now: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        let enough =
            |count, hours| BadAnswers { count, since: now - TimeDelta::hours(hours) }.are_enough(now);
        assert!(!enough(1, 0) && !enough(BAD_ANSWERS - 1, 23) && !enough(BAD_FOR.1 - 1, 100));
        assert!(enough(BAD_ANSWERS, 0) && enough(BAD_FOR.1, 24));
    }
}
