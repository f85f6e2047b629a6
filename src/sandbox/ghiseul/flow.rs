//! A person's way through the pages: login, consent and card, 3-D Secure code.

use serde::Deserialize;

use super::error::SimulatorError;
use super::redirect::{Failure, ReturnAddress};
use super::{random, rules};
use crate::sandbox::locale::Locale;
use crate::sandbox::persons::{self, TestPerson};
use crate::text;
use crate::text::Rule;

/// The password of every test person.
pub const PASSWORD: &str = "ghiseul";
/// The test card that works.
pub const CARD_WORKING: &str = "4111111111111111";
/// The test card that the bank declines.
pub const CARD_REFUSED: &str = "4000000000000002";
/// The test card whose 3-D Secure check always fails.
pub const CARD_FAILING_3DS: &str = "4000000000000119";
/// Wrong codes after which 3-D Secure fails.
const MAX_WRONG_CODES: u8 = 3;

/// The relying party's validated request.
#[derive(Clone)]
pub(super) struct AuthorizationRequest {
    pub(super) client_id: String,
    pub(super) return_address: ReturnAddress,
    pub(super) nonce: String,
    pub(super) code_challenge: String,
    pub(super) scope: Scope,
}

/// The requested claims besides the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    /// Names and birth date.
    pub(super) profile: bool,
    /// The personal numeric code.
    pub(super) cnp: bool,
}

/// The current step.
pub(super) enum Step {
    Login { person: Option<&'static TestPerson>, typed_cnp: String },
    Card { person: &'static TestPerson },
    Code { person: &'static TestPerson, sms_code: String, bank_refuses: bool, wrong_codes: u8 },
}

/// A flow in progress.
pub(super) struct Flow {
    pub(super) request: AuthorizationRequest,
    pub(super) locale: Locale,
    /// Stored by the browser in a cookie.
    pub(super) browser_token: String,
    /// Contained in every form.
    pub(super) form_token: String,
    pub(super) step: Step,
}

/// A posted form, named after the pressed button.
#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum StepForm {
    Login { person: String, cnp: String, password: String },
    Card { consent: Option<String>, card: String },
    Code { code: String },
    Cancel,
}

/// What follows a form.
pub(super) enum Next {
    /// The same page, with the error of a field.
    Again(FieldError),
    /// The page of the next step.
    Onward,
    /// Back to the relying party, with a person.
    Confirmed(&'static TestPerson),
    /// Back to the relying party, without a person.
    Failed(Failure),
}

/// A broken rule, and the field (by its id in the page) that breaks it.
#[derive(Debug, Clone, Copy)]
pub(super) struct FieldError {
    pub(super) field: &'static str,
    pub(super) rule: &'static Rule,
}

impl Flow {
    /// Starts a flow at its first page.
    pub(super) fn begin(
        request: AuthorizationRequest,
        locale: Locale,
        person: Option<&'static TestPerson>,
    ) -> Result<Self, SimulatorError> {
        let (browser_token, form_token) = (random::token()?, random::token()?);
        let step = Step::Login { person, typed_cnp: String::new() };
        Ok(Self { request, locale, browser_token, form_token, step })
    }

    /// Handles a form. A form of another step (an old tab, the back button) changes nothing.
    pub(super) fn take(&mut self, form: StepForm) -> Result<Next, SimulatorError> {
        match (&mut self.step, form) {
            (_, StepForm::Cancel) => Ok(Next::Failed(Failure::Abandoned)),
            (Step::Login { .. }, StepForm::Login { person, cnp, password }) => {
                Ok(self.log_in(&person, &ungrouped(&cnp), &password))
            }
            (Step::Card { person }, StepForm::Card { consent, card }) => {
                let person = *person;
                self.use_card(person, consent.is_some(), &ungrouped(&card))
            }
            (Step::Code { person, sms_code, bank_refuses, wrong_codes }, StepForm::Code { code }) => {
                let right = !*bank_refuses && random::same_secret(&ungrouped(&code), sms_code);
                Ok(check_code(person, right, wrong_codes))
            }
            _ => Ok(Next::Onward),
        }
    }

    fn log_in(&mut self, id: &str, cnp: &str, password: &str) -> Next {
        self.step = Step::Login { person: person_of(id, cnp), typed_cnp: cnp.to_owned() };
        match log_in(id, cnp, password) {
            Ok(person) => {
                self.step = Step::Card { person };
                Next::Onward
            }
            Err(error) => Next::Again(error),
        }
    }

    fn use_card(
        &mut self,
        person: &'static TestPerson,
        consent: bool,
        card: &str,
    ) -> Result<Next, SimulatorError> {
        if !consent {
            return Ok(again("consent", &rules::CONSENT_MISSING));
        }
        let bank_refuses = match card {
            CARD_REFUSED => return Ok(Next::Failed(Failure::CardRefused)),
            CARD_WORKING => false,
            CARD_FAILING_3DS => true,
            _ => return Ok(again("card", &rules::CARD_UNKNOWN)),
        };
        self.step = Step::Code { person, sms_code: random::sms_code()?, bank_refuses, wrong_codes: 0 };
        Ok(Next::Onward)
    }
}

/// Finds the person; a typed CNP overrides the list.
pub(super) fn person_of(id: &str, cnp: &str) -> Option<&'static TestPerson> {
    if cnp.is_empty() { persons::by_id(id) } else { persons::by_cnp(cnp) }
}

/// Checks the log-in.
pub(super) fn log_in(id: &str, cnp: &str, password: &str) -> Result<&'static TestPerson, FieldError> {
    let wrong = |field, rule| Err(FieldError { field, rule });
    match person_of(id, cnp) {
        None if cnp.is_empty() => wrong("person", &rules::PERSON_NOT_CHOSEN),
        None => wrong("cnp", &rules::CNP_UNKNOWN),
        Some(_) if password != PASSWORD => wrong("password", &rules::PASSWORD_WRONG),
        Some(person) => Ok(person),
    }
}

fn check_code(person: &'static TestPerson, right: bool, wrong_codes: &mut u8) -> Next {
    if right {
        return Next::Confirmed(person);
    }
    *wrong_codes += 1;
    if *wrong_codes >= MAX_WRONG_CODES {
        return Next::Failed(Failure::ThreeDSecureFailed);
    }
    again("code", &rules::CODE_WRONG)
}

/// Returns how many more codes may be tried.
pub(super) const fn tries_left(wrong_codes: u8) -> u8 {
    MAX_WRONG_CODES.saturating_sub(wrong_codes)
}

const fn again(field: &'static str, rule: &'static Rule) -> Next {
    Next::Again(FieldError { field, rule })
}

/// Removes the separators that people type between digits; at most 20 characters.
pub(super) fn ungrouped(typed: &str) -> String {
    text::freed(typed).chars().take(20).collect()
}
