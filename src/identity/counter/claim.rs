//! The first step: the owner of an account claims an identity, and gets a code for a counter.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::activation_code::ActivationCode;
use super::store::{self, CounterVerification};
use super::types::{ClaimRequest, SEX_CONTRADICTS, Sex};
use super::{METHOD, mails};
use crate::accounts::{Caller, front_end, presence, view};
use crate::audit::{self, Event};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::http::idempotency::Work;
use crate::identity::start::created;
use crate::identity::status::VerificationStatus;
use crate::identity::types::IdentityVerificationResponse;
use crate::notify;
use crate::person::birth::{BIRTH_DATE_CONTRADICTS, BIRTH_DATE_MISSING};
use crate::person::{Column, Index, Keyring, ProvedPerson, birth_date};
use crate::rate_limit::{self, Limit};
use crate::state::AppState;
use crate::text::{At, TEXT_BLANK};
use crate::time::civil_date::{self, DATE_IN_FUTURE};

/// How long a code is valid.
const CODE_LIVES: TimeDelta = TimeDelta::days(30);
/// How many codes one account may get.
const CODES_OF_ONE_ACCOUNT: Limit = Limit::said("activation-codes", 5, TimeDelta::days(1));
/// Prepares the work that counts and stores the claim and mails its code.
pub(crate) fn begin(state: &AppState, caller: &Caller, claim: ClaimRequest, id: &RequestId) -> Result<Work> {
    if caller.account.person.is_some() {
        return Err(Code::AlreadyVerified.into());
    }
    presence::just_arrived(state, caller)?;
    let now = state.clock.now();
    let person = person(claim, civil_date::today(now))?;
    let tries = state.keyring.index(Index::RATE_LIMIT_ACTIVATION_CODE, caller.account_id().as_bytes());
    let (keyring, front_end) = (state.keyring.clone(), state.addresses.front_end.clone());
    let (claimant, id) = (caller.clone(), id.clone());
    Ok(caller.held(Box::new(move |c| {
        rate_limit::count(c, &tries, CODES_OF_ONE_ACCOUNT, now)?;
        store::replace_open(c, claimant.account_id(), now)?;
        let (row, code) = insert(c, &keyring, &claimant, &person, now)?;
        let front_end = front_end::of(c, &claimant.account, &front_end)?;
        let mail = view::mail(&keyring, &claimant.account, |to, locale| {
            mails::activation(to, locale, &front_end, &code, row.expires_at)
        })?;
        notify::post(c, &keyring, mail.as_ref(), now)?;
        let event = Event::new(now, claimant.actor(), "identity_verification.created", Some(row.id), &id);
        audit::record(c, &event)?;
        Ok(created(&response(&row, &code)))
    })))
}

/// Stores the claim under an unused code.
fn insert(
    connection: &mut PgConnection,
    keyring: &Keyring,
    caller: &Caller,
    person: &ProvedPerson,
    now: DateTime<Utc>,
) -> Result<(CounterVerification, ActivationCode)> {
    // Two of 2⁴⁰ codes may collide once in a while; twice in a row is a fault.
    for _ in 0..3 {
        let code = ActivationCode::generate()?;
        let row = row(keyring, caller, person, &code, now)?;
        if store::insert(connection, &row)? {
            return Ok((row, code));
        }
    }
    Err(Error::internal("no activation code is free"))
}

fn row(
    keyring: &Keyring,
    caller: &Caller,
    person: &ProvedPerson,
    code: &ActivationCode,
    now: DateTime<Utc>,
) -> Result<CounterVerification> {
    let id = Uuid::now_v7();
    Ok(CounterVerification {
        id,
        account_id: caller.account_id(),
        session_id: caller.session.id,
        method: METHOD.into(),
        status: VerificationStatus::AwaitingCounter,
        reason: None,
        created_at: now,
        expires_at: now + CODE_LIVES,
        completed_at: None,
        claim: Some(encrypt(keyring, id, person)?),
        activation_code_index: Some(code.index(keyring)),
        office_id: None,
        officer_id: None,
        opened_at: None,
        moved_from_id: None,
        moved_from_method: None,
        moved_from_verified_at: None,
    })
}

fn response(row: &CounterVerification, code: &ActivationCode) -> IdentityVerificationResponse {
    IdentityVerificationResponse {
        id: row.id,
        method: row.method.clone(),
        status: VerificationStatus::AwaitingCounter,
        reason: None,
        redirect_url: None,
        activation_code: Some(code.as_str().to_owned()),
        expires_at: row.expires_at,
    }
}

/// The rules of a claim, besides those of its fields.
pub(in crate::identity) const RULES: &[At] = &[
    ("/claim/birth_date", BIRTH_DATE_MISSING),
    ("/claim/birth_date", BIRTH_DATE_CONTRADICTS),
    ("/claim/birth_date", DATE_IN_FUTURE),
    ("/claim/sex", SEX_CONTRADICTS),
    ("/claim/family_name", TEXT_BLANK),
];

/// Returns the claimed person, who has a name, and a birth date and sex that agree with the CNP.
fn person(claim: ClaimRequest, today: NaiveDate) -> Result<ProvedPerson> {
    let ClaimRequest { cnp, family_name, given_name, birth_date: stated, sex } = claim;
    let birth_date =
        birth_date(&cnp, stated, today).map_err(|rule| Error::invalid("/claim/birth_date", rule))?;
    let coded = cnp.sex().map(Sex::from);
    if sex.zip(coded).is_some_and(|(claimed, coded)| claimed != coded) {
        return Err(Error::invalid("/claim/sex", &SEX_CONTRADICTS));
    }
    if family_name.is_none() && given_name.is_none() {
        return Err(Error::invalid("/claim/family_name", &TEXT_BLANK));
    }
    Ok(ProvedPerson { family_name, given_name, cnp, birth_date })
}

fn encrypt(keyring: &Keyring, row: Uuid, person: &ProvedPerson) -> Result<Vec<u8>> {
    person.encrypt_in(keyring, Column::IDENTITY_VERIFICATIONS_CLAIM.at(row)).map_err(Error::internal)
}

/// Decrypts the claim of a verification; `None` if it has been deleted.
pub(super) fn decrypt(keyring: &Keyring, row: &CounterVerification) -> Result<Option<ProvedPerson>> {
    let decrypt = |encrypted: &Vec<u8>| {
        ProvedPerson::decrypt_in(keyring, Column::IDENTITY_VERIFICATIONS_CLAIM.at(row.id), encrypted)
    };
    row.claim.as_ref().map(decrypt).transpose().map_err(Error::internal)
}

/// The claim of an account's owner as doors of the table of values.
#[cfg(test)]
pub(crate) mod doors {
    use serde_json::json;

    use super::*;
    use crate::doors::{Answer, Door};

    pub(crate) const NAME: Door =
        ("claim", |text| read("family_name", text, |person| person.family_name.as_str().to_owned()));
    pub(crate) const BIRTH_DATE: Door =
        ("claim", |text| read("birth_date", text, |person| person.birth_date.to_string()));
    pub(crate) const CNP: Door = ("claim", |text| read("cnp", text, |person| person.cnp.as_str().to_owned()));

    fn read(field: &str, text: &str, shown: fn(&ProvedPerson) -> String) -> Answer {
        let mut claim = json!({"cnp": "2880514121171", "family_name": "Munteanu", "given_name": "Andreea"});
        claim[field] = json!(text);
        let rule = |error: &Error| match error {
            Error::Problem(problem) => problem.errors.first().map(|violation| violation.code.to_string()),
            Error::Internal(_) => None,
        };
        let claim: ClaimRequest =
            crate::http::json::parse(claim.to_string().as_bytes()).map_err(|error| rule(&error))?;
        let today = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        person(claim, today).map(|person| shown(&person)).map_err(|error| rule(&error))
    }
}
