//! The waiting room: goes on with every application that awaits a register, until each has come to an end.
//!
//! The applications themselves are the queue: what stands as `awaiting_register` is taken up, by whichever node, and
//! nothing else has to be remembered for it. Taking one up moves its next try on, which is both the lease of the node
//! that asks and the pause until another may. A node that dies leaves nothing behind.

use std::sync::Arc;
use std::time::Duration;

use diesel::Connection;
use diesel::pg::PgConnection;
use uuid::Uuid;

use super::about::{self, About};
use super::ask::{self, Verdict};
use super::draft::{self, Holder};
use super::finish::{self, Finish, Finished};
use super::life::{self, Status, Step};
use super::mails::{self, News};
use super::store::{self, Waiting};
use crate::audit::{self, Actor, Event};
use crate::certificates::Subject;
use crate::civil_date;
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::mandates;
use crate::person::ProvedPerson;
use crate::registry::{CriminalRecord, NoAnswer, Registers};
use crate::seal::Seals;
use crate::state::AppState;

/// How long an empty room sleeps.
const IDLE: Duration = Duration::from_millis(500);
/// How long a register that is away is left alone, at first and at most: one application asks for all.
const AWAY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

/// What a turn came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// One application left the room.
    Done,
    /// Nobody is due.
    Empty,
    /// A register does not answer.
    Away,
}

/// Goes on with applications that await a register. Any number may run, in any number of processes.
pub struct WaitingRoom {
    state: Arc<AppState>,
    registers: Arc<Registers>,
    seals: Arc<Seals>,
}

impl WaitingRoom {
    /// With these parts of the house.
    #[must_use]
    pub fn new(state: Arc<AppState>, registers: Arc<Registers>, seals: Arc<Seals>) -> Self {
        Self { state, registers, seals }
    }

    /// Works for as long as it is polled.
    pub async fn run(&self) {
        let mut away = AWAY.0;
        loop {
            let pause = match self.turn().await {
                Ok(Turn::Done) => {
                    away = AWAY.0;
                    continue;
                }
                Ok(Turn::Empty) => IDLE,
                Ok(Turn::Away) => {
                    let next = (away * 2).min(AWAY.1);
                    std::mem::replace(&mut away, next)
                }
                Err(error) => {
                    // The key may have been retired a moment ago; the next may be active.
                    self.seals.forget();
                    log::warn!("waiting room: {error}");
                    AWAY.1
                }
            };
            actix_web::rt::time::sleep(pause).await;
        }
    }

    /// Takes one application up and brings it to its end, unless a register is away.
    async fn turn(&self) -> Result<Turn> {
        let now = self.state.clock.now();
        let taken = self.state.db.write(move |c| store::take_waiting(c, now)).await?;
        let Some(waiting) = taken else { return Ok(Turn::Empty) };
        let person = about::owner(&self.state.keyring, &waiting.account)?;
        let Some(person) = person else { return self.reject(waiting, Code::IdentityUnverified).await };
        let about = match self.about(&waiting, &person).await {
            Err(error) if matches!(error.code(), Code::IdentityUnverified | Code::MandateNotInForce) => {
                return self.reject(waiting, error.code()).await;
            }
            about => about?,
        };
        let answers = match ask::ask(&self.registers, &about).await {
            Err(NoAnswer::Fault(error)) => return Err(error),
            Err(_) => return Ok(Turn::Away),
            Ok(answers) => answers,
        };
        let today = civil_date::today(self.state.clock.now());
        match answers.verdict(&about, &person, today) {
            Verdict::Issue(subject, record) => self.issue(waiting, &subject, &record).await,
            Verdict::Refer(_) => {
                let why = self.state.phases.referral_reason(today);
                self.end(waiting, Status::Referred, why, None).await
            }
            Verdict::Refuse(code) => self.reject(waiting, code).await,
            Verdict::EndMandate(id) => {
                let why = Code::MandateNotInForce.as_str();
                self.end(waiting, Status::Rejected, why, Some(id)).await
            }
        }
    }

    /// Whom the application is about, if the account still is that person's, and the mandate still in force.
    async fn about(&self, waiting: &Waiting, person: &ProvedPerson) -> Result<About> {
        let Some(mandate) = waiting.application.mandate_id else {
            let about = About::Person(person.cnp.clone());
            let theirs = about.index(&self.state.keyring) == waiting.application.person_index;
            return if theirs { Ok(about) } else { Err(Code::IdentityUnverified.into()) };
        };
        let (keyring, account) = (self.state.keyring.clone(), waiting.account.clone());
        let mandate = (mandate, civil_date::today(self.state.clock.now()));
        self.state.db.read(move |c| About::company(c, &keyring, &account, mandate)).await
    }

    async fn issue(&self, waiting: Waiting, subject: &Subject, record: &CriminalRecord) -> Result<Turn> {
        let now = self.state.clock.now();
        let application = &waiting.application;
        let holder = Holder { subject, record, corrects: None };
        let draft = draft::draft(&self.state, &self.seals, application, &holder, now).await?;
        let finish = Finish::by_service(application.id, Status::AwaitingRegister, draft, record);
        let state = self.state.clone();
        let work = move |c: &mut PgConnection| {
            c.transaction(|c| match finish::store(c, &state.keyring, &finish)? {
                Finished::Issued => tell(c, &state, &waiting, News::Ready),
                // Another number is drawn at the next try.
                Finished::NumberTaken => Err(Error::internal("the registration number is taken")),
                Finished::Elsewhere => Ok(()),
            })
        };
        self.state.db.write(work).await?;
        Ok(Turn::Done)
    }

    async fn reject(&self, waiting: Waiting, code: Code) -> Result<Turn> {
        self.end(waiting, Status::Rejected, code.as_str(), None).await
    }

    /// Ends the wait without a certificate, and with it a mandate that is none any more.
    async fn end(
        &self,
        waiting: Waiting,
        to: Status,
        why: &'static str,
        mandate: Option<Uuid>,
    ) -> Result<Turn> {
        let state = self.state.clone();
        let step = Step {
            from: Status::AwaitingRegister,
            to,
            actor: "service",
            reason: Some(why),
            at: state.clock.now(),
        };
        let work = move |c: &mut PgConnection| {
            c.transaction(|c| {
                if !life::step(c, waiting.application.id, step)? {
                    return Ok(());
                }
                let (action, news) = match to {
                    Status::Referred => ("application.referred", News::Referred),
                    _ => ("application.refused", News::Refused),
                };
                let (id, request) = (waiting.application.id, RequestId::new());
                audit::record(c, &Event::new(step.at, Actor::SERVICE, action, Some(id), &request))?;
                if let Some(mandate) = mandate {
                    let house = (&*state.keyring, &state.addresses.front_end);
                    mandates::end_by_register(c, house, mandate, (&request, step.at))?;
                }
                tell(c, &state, &waiting, news)
            })
        };
        self.state.db.write(work).await?;
        Ok(Turn::Done)
    }
}

fn tell(connection: &mut PgConnection, state: &AppState, waiting: &Waiting, news: News) -> Result<()> {
    let about = (&waiting.account, &waiting.application);
    mails::send(connection, &state.keyring, &state.addresses.front_end, about, news, state.clock.now())
}
