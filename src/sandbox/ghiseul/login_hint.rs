//! `login_hint`: the person and, for automation, the outcome.

use super::flaw::Flaw;
use super::rules;
use crate::sandbox::persons::{self, TestPerson};
use crate::text::Rule;

/// The outcome of an automated flow: the second half of `login_hint=<person id>:<outcome>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// `success`: a code for a valid ID token.
    Success,
    /// `abandoned`: the person cancelled.
    Abandoned,
    /// `card_refused`: the bank declined the card.
    CardRefused,
    /// `three_d_secure_failed`: the code from the bank was wrong three times.
    ThreeDSecureFailed,
    /// `rotated_key`: as `success`, after the provider has replaced its key.
    RotatedKey,
    /// `slow`: a code whose exchange takes longer than anybody waits.
    Slow,
    /// `away`: a code, and then the provider is away.
    Away,
    /// `server_error`: the provider sends the person back with an error.
    ServerError,
    /// The name of a flaw: a code for an ID token with it.
    Flawed(Flaw),
}

impl Outcome {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "success" => Self::Success,
            "abandoned" => Self::Abandoned,
            "card_refused" => Self::CardRefused,
            "three_d_secure_failed" => Self::ThreeDSecureFailed,
            "rotated_key" => Self::RotatedKey,
            "slow" => Self::Slow,
            "away" => Self::Away,
            "server_error" => Self::ServerError,
            _ => Self::Flawed(Flaw::named(text)?),
        })
    }
}

/// A valid hint.
#[derive(Debug)]
pub(super) enum LoginHint {
    /// Show the login page with this person preselected.
    Preselect(&'static TestPerson),
    /// Answer at once.
    Answer(&'static TestPerson, Outcome),
}

impl LoginHint {
    pub(super) fn parse(text: &str) -> Result<Self, &'static Rule> {
        let (id, outcome) = match text.split_once(':') {
            Some((id, outcome)) => (id, Some(outcome)),
            None => (text, None),
        };
        let person = persons::by_id(id).ok_or(&rules::UNKNOWN_LOGIN_HINT)?;
        match outcome {
            None => Ok(Self::Preselect(person)),
            Some(outcome) => Outcome::parse(outcome)
                .map(|outcome| Self::Answer(person, outcome))
                .ok_or(&rules::UNKNOWN_LOGIN_HINT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Flaw, LoginHint, Outcome};

    #[test]
    fn a_person_alone_is_only_preselected() {
        assert!(
            matches!(LoginHint::parse("clean"), Ok(LoginHint::Preselect(person)) if person.id == "clean")
        );
    }

    #[test]
    fn a_person_with_an_outcome_is_answered() {
        let parsed = LoginHint::parse("with-entries:card_refused");
        let Ok(LoginHint::Answer(person, outcome)) = parsed else { panic!("{parsed:?}") };
        assert_eq!((person.id, outcome), ("with-entries", Outcome::CardRefused));
    }

    #[test]
    fn an_outcome_may_be_a_flaw() {
        for (text, flaw) in [("clean:replay", Flaw::Replay), ("clean:hmac_public_key", Flaw::HmacPublicKey)] {
            let parsed = LoginHint::parse(text);
            assert!(matches!(parsed, Ok(LoginHint::Answer(_, outcome)) if outcome == Outcome::Flawed(flaw)));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in
            ["", ":", "nobody", "clean:", "clean:Success", "clean:success:", "nobody:success", "clean "]
        {
            assert_eq!(LoginHint::parse(text).unwrap_err().code, "unknown_login_hint", "{text:?}");
        }
    }
}
