//! The officer's side: opens a verification by its code, decides it, undoes the decision.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use url::Url;
use uuid::Uuid;

use super::activation_code::ActivationCode;
use super::store::{self, CounterVerification, Outcome};
use super::types::{
    CounterVerificationResponse, DOCUMENT_EXPIRED, DOCUMENT_MISSING, DecideCounterVerificationRequest,
    Decision, SeenDocument,
};
use super::{DECIDE_WITHIN, UNDO_WITHIN, claim, mails, ownership, view};
use crate::accounts::decision::NOTE_MISSING;
use crate::accounts::store::Account;
use crate::accounts::{Officer, view as accounts_view};
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::identity::status::{VerificationReason, VerificationStatus};
use crate::notify::Mail;
use crate::person::{Column, Index, Keyring, PersonName, ProvedPerson};
use crate::rate_limit::{self, Limit};
use crate::state::AppState;
use crate::text::{TEXT_BLANK, Text};
use crate::time::civil_date;
use crate::{notify, offices};

/// Codes that one officer may try without finding a verification. A code that is found is taken off, and no more: who
/// knows one must not try others without end.
const GUESSES: Limit = Limit::unsaid("activation-code-guesses", 20, TimeDelta::hours(1));

/// Opens the verification of a code. Every attempt is counted before it is checked.
pub(super) async fn open(
    state: &AppState,
    officer: &Officer,
    code: &ActivationCode,
    id: &RequestId,
) -> Result<CounterVerificationResponse> {
    let (office, account, actor) = (officer.office_id, officer.caller.account_id(), officer.caller.actor());
    let caller = officer.caller.clone();
    let (keyring, now, id) = (state.keyring.clone(), state.clock.now(), id.clone());
    let code_index = code.index(&keyring);
    let guesses = keyring.index(Index::RATE_LIMIT_ACTIVATION_CODE_TRIES, account.as_bytes());
    let counted = guesses.clone();
    state.db.write(move |c| rate_limit::count(c, &counted, GUESSES, now)).await?;
    let work = move |c: &mut PgConnection| {
        let row = store::open(c, &code_index, (office, account), now)?.ok_or(Code::NotFound)?;
        rate_limit::refund(c, &guesses)?;
        audit::record(c, &Event::new(now, actor, "identity_verification.opened", Some(row.id), &id))?;
        view::response(c, &keyring, &row, now)
    };
    caller.transaction(state, work).await
}

/// An officer's decision, whose fields agree.
struct Verdict {
    decision: Decision,
    document: Option<SeenDocument>,
    names: (Option<PersonName>, Option<PersonName>),
    transfer: bool,
    note: Option<Text>,
}

impl Verdict {
    fn of(request: DecideCounterVerificationRequest) -> Result<Self> {
        if request.decision == Decision::Certify && request.document.is_none() {
            return Err(Error::invalid("/document", &DOCUMENT_MISSING));
        }
        if request.decision == Decision::Reject && request.note.is_none() {
            return Err(Error::invalid("/note", &NOTE_MISSING));
        }
        Ok(Self {
            decision: request.decision,
            document: request.document,
            names: (request.family_name, request.given_name),
            transfer: request.transfer == Some(true),
            note: request.note,
        })
    }

    /// Returns the claimed person, with the names as in the document.
    fn person(&self, claim: ProvedPerson) -> Result<ProvedPerson> {
        let (family_name, given_name) = self.names.clone();
        let family_name = family_name.unwrap_or(claim.family_name);
        let given_name = given_name.unwrap_or(claim.given_name);
        if family_name.is_none() && given_name.is_none() {
            return Err(Error::invalid("/family_name", &TEXT_BLANK));
        }
        Ok(ProvedPerson { family_name, given_name, ..claim })
    }
}

/// A decision or undo in progress: who, where, when, and on which connection.
pub(super) struct Desk<'a> {
    pub(super) connection: &'a mut PgConnection,
    pub(super) keyring: &'a Keyring,
    pub(super) officer: &'a Officer,
    pub(super) request_id: &'a RequestId,
    /// The front end, which mails link to.
    pub(super) front_end: &'a Url,
    pub(super) now: DateTime<Utc>,
}

/// Decides a verification that this office opened within the hour.
pub(super) async fn decide(
    state: &AppState,
    officer: Officer,
    verification: Uuid,
    request: DecideCounterVerificationRequest,
    id: &RequestId,
) -> Result<CounterVerificationResponse> {
    officer.stepped_up(state)?;
    let verdict = Verdict::of(request)?;
    at_desk(state, officer, id, move |desk| desk.decide(verification, &verdict)).await
}

/// Runs an officer's work in one transaction.
pub(super) async fn at_desk(
    state: &AppState,
    officer: Officer,
    id: &RequestId,
    work: impl Fn(&mut Desk<'_>) -> Result<CounterVerificationResponse> + Send + 'static,
) -> Result<CounterVerificationResponse> {
    let (keyring, now, id): (Arc<Keyring>, _, _) = (state.keyring.clone(), state.clock.now(), id.clone());
    let (front_end, caller) = (state.addresses.front_end.clone(), officer.caller.clone());
    let transaction = move |c: &mut PgConnection| {
        let (keyring, officer, request_id, front_end) = (&*keyring, &officer, &id, &front_end);
        let mut desk = Desk { connection: c, keyring, officer, request_id, front_end, now };
        work(&mut desk)
    };
    caller.transaction(state, transaction).await
}

impl Desk<'_> {
    fn decide(&mut self, verification: Uuid, verdict: &Verdict) -> Result<CounterVerificationResponse> {
        let row = self.lock(verification)?;
        self.check_open(&row)?;
        match verdict.decision {
            Decision::Certify => self.certify(&row, verdict)?,
            Decision::Reject => self.reject(&row, verdict)?,
        }
        self.show(verification)
    }

    /// Locks the verification if it belongs to this office, and before it all accounts that a decision or an undo
    /// touches: theirs are the first locks, in the order of their ids.
    pub(super) fn lock(&mut self, verification: Uuid) -> Result<CounterVerification> {
        let found = store::find(self.connection, verification, self.officer.office_id)?;
        let found = found.ok_or(Code::NotFound)?;
        let mut accounts = vec![found.account_id];
        accounts.extend(found.moved_from_id);
        if let Some(claimed) = claim::decrypt(self.keyring, &found)? {
            let index = ownership::index(self.keyring, &claimed);
            accounts.extend(store::find_owner(self.connection, &index)?.map(|owner| owner.id));
        }
        accounts.sort_unstable();
        accounts.dedup();
        for account in accounts {
            store::lock_account(self.connection, account)?;
        }
        let row = store::lock(self.connection, verification, self.officer.office_id)?;
        row.ok_or_else(|| Code::NotFound.into())
    }

    fn check_open(&self, row: &CounterVerification) -> Result<()> {
        if row.status != VerificationStatus::AwaitingCounter {
            return Err(Code::AlreadyDecided.into());
        }
        let opened_at = row.opened_at.unwrap_or_default();
        if row.expires_at <= self.now || opened_at + DECIDE_WITHIN <= self.now {
            return Err(Code::NotFound.into());
        }
        Ok(())
    }

    fn certify(&mut self, row: &CounterVerification, verdict: &Verdict) -> Result<()> {
        let today = civil_date::today(self.now);
        if !offices::store::certifies(self.connection, self.officer.office_id, today)? {
            return Err(Code::OfficeDoesNotCertify.into());
        }
        let expires_on = verdict.document.as_ref().and_then(|document| document.expires_on);
        if expires_on.is_some_and(|last_day| last_day.day() < today) {
            return Err(Error::invalid("/document/expires_on", &DOCUMENT_EXPIRED));
        }
        let claim = claim::decrypt(self.keyring, row)?.ok_or(Code::NotFound)?;
        let person = verdict.person(claim)?;
        self.refuse_own(&person)?;
        let former = self.former_owner(row.account_id, &person, verdict.transfer)?;
        ownership::give(self.connection, self.keyring, row.account_id, &person, super::METHOD, self.now)?;
        self.write(row, VerificationStatus::Verified, None, verdict, former.as_ref())?;
        self.tell(row.account_id, mails::verified)?;
        self.record("identity.certified", row.id)
    }

    /// Refuses the officer's own identity: nobody certifies themselves.
    fn refuse_own(&self, person: &ProvedPerson) -> Result<()> {
        let own = self.officer.caller.account.staff_person_index.as_deref();
        if own == Some(ownership::index(self.keyring, person).as_slice()) {
            return Err(Code::OwnIdentity.into());
        }
        Ok(())
    }

    /// Takes the person from the account that they own, if the officer requests a transfer.
    fn former_owner(
        &mut self,
        account: Uuid,
        person: &ProvedPerson,
        transfer: bool,
    ) -> Result<Option<Account>> {
        let index = ownership::index(self.keyring, person);
        let owner = store::lock_owner(self.connection, &index)?.filter(|owner| owner.id != account);
        let Some(owner) = owner else { return Ok(None) };
        if !transfer {
            return Err(Code::PersonVerifiedElsewhere.into());
        }
        ownership::take(self.connection, self.keyring, &owner, self.now)?;
        self.record("identity.moved_away", owner.id)?;
        Ok(Some(owner))
    }

    fn reject(&mut self, row: &CounterVerification, verdict: &Verdict) -> Result<()> {
        self.write(
            row,
            VerificationStatus::Rejected,
            Some(VerificationReason::RejectedAtCounter),
            verdict,
            None,
        )?;
        self.tell(row.account_id, mails::rejected)?;
        self.record("identity.rejected", row.id)
    }

    fn write(
        &mut self,
        row: &CounterVerification,
        status: VerificationStatus,
        reason: Option<VerificationReason>,
        verdict: &Verdict,
        former: Option<&Account>,
    ) -> Result<()> {
        let document = verdict.document.as_ref().map(|document| self.encrypt_document(row.id, document));
        let outcome = Outcome {
            status,
            reason: Some(reason),
            officer_id: self.officer.caller.account_id(),
            completed_at: Some(Some(self.now)),
            document: document.transpose()?,
            note: verdict.note.as_ref().map(|note| self.encrypt_note(row.id, note)).transpose()?,
            moved_from_id: Some(former.map(|former| former.id)),
            moved_from_method: Some(former.and_then(|former| former.identity_method.clone())),
            moved_from_verified_at: Some(former.and_then(|former| former.identity_verified_at)),
        };
        store::set_outcome(self.connection, row.id, &outcome)
    }

    fn encrypt_document(&self, row: Uuid, seen: &SeenDocument) -> Result<Vec<u8>> {
        let json = serde_json::json!({
            "type": seen.document.kind(),
            "series": seen.document.series(),
            "number": seen.document.number(),
            "expires_on": seen.expires_on,
        });
        self.encrypt(Column::IDENTITY_VERIFICATIONS_DOCUMENT, row, json.to_string().as_bytes())
    }

    pub(super) fn encrypt_note(&self, row: Uuid, note: &Text) -> Result<Vec<u8>> {
        self.encrypt(Column::IDENTITY_VERIFICATIONS_NOTE, row, note.as_str().as_bytes())
    }

    fn encrypt(&self, column: Column, row: Uuid, bytes: &[u8]) -> Result<Vec<u8>> {
        self.keyring.encrypt(column.at(row), bytes).map_err(Error::internal)
    }

    /// Mails the owner of an account.
    pub(super) fn tell(&mut self, account: Uuid, mail: fn(&str, crate::http::Locale) -> Mail) -> Result<()> {
        let account = store::lock_account(self.connection, account)?.ok_or(Code::NotFound)?;
        let mail = accounts_view::mail(self.keyring, &account, mail)?;
        notify::post(self.connection, self.keyring, mail.as_ref(), self.now)
    }

    pub(super) fn record(&mut self, action: &str, subject: Uuid) -> Result<()> {
        let actor = self.officer.caller.actor();
        let event = Event::new(self.now, actor, action, Some(subject), self.request_id);
        audit::record(self.connection, &event)
    }

    pub(super) fn show(&mut self, verification: Uuid) -> Result<CounterVerificationResponse> {
        let row = self.lock(verification)?;
        view::response(self.connection, self.keyring, &row, self.now)
    }

    /// Returns whether a decision can still be undone.
    pub(super) fn can_be_undone(&self, row: &CounterVerification) -> bool {
        row.completed_at.is_some_and(|decided_at| self.now < decided_at + UNDO_WITHIN)
    }
}
