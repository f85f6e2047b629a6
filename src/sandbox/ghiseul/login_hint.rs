//! `login_hint`: the person and, for automation, the outcome.

use super::flaw::Flaw;
use super::rules;
use crate::sandbox::persons::{self, TestPerson};
use crate::sandbox::problems::UnknownName;

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
    /// The outcomes other than flaws, by name.
    const NAMED: [(&'static str, Self); 8] = [
        ("success", Self::Success),
        ("abandoned", Self::Abandoned),
        ("card_refused", Self::CardRefused),
        ("three_d_secure_failed", Self::ThreeDSecureFailed),
        ("rotated_key", Self::RotatedKey),
        ("slow", Self::Slow),
        ("away", Self::Away),
        ("server_error", Self::ServerError),
    ];

    fn parse(text: &str) -> Result<Self, UnknownName> {
        let named = Self::NAMED.into_iter().find(|(name, _)| *name == text).map(|(_, outcome)| outcome);
        let found = named.or_else(|| Flaw::parse(text).ok().map(Self::Flawed));
        found.ok_or_else(|| {
            let flaws = Flaw::ALL.into_iter().map(Flaw::as_str);
            let known = Self::NAMED.into_iter().map(|(name, _)| name).chain(flaws).collect();
            UnknownName { rule: &rules::UNKNOWN_OUTCOME, known }
        })
    }
}

/// Finds the person of a hint.
pub(super) fn person(id: &str) -> Result<&'static TestPerson, UnknownName> {
    persons::by_id(id).ok_or_else(|| {
        let known = persons::all().iter().map(|person| person.id).collect();
        UnknownName { rule: &rules::UNKNOWN_PERSON, known }
    })
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
    pub(super) fn parse(text: &str) -> Result<Self, UnknownName> {
        match text.split_once(':') {
            Some((id, outcome)) => Ok(Self::Answer(person(id)?, Outcome::parse(outcome)?)),
            None => Ok(Self::Preselect(person(text)?)),
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
    fn anything_else_is_refused_with_the_names_that_are_known() {
        for text in ["", ":", "nobody", "nobody:success", "clean "] {
            let unknown = LoginHint::parse(text).unwrap_err();
            assert_eq!(
                (unknown.rule.code, unknown.known.first()),
                ("unknown_value", Some(&"clean")),
                "{text:?}"
            );
        }
        for text in ["clean:", "clean:Success", "clean:success:"] {
            let unknown = LoginHint::parse(text).unwrap_err();
            assert_eq!(unknown.rule.code, "unknown_value", "{text:?}");
            for outcome in &unknown.known {
                assert!(LoginHint::parse(&format!("clean:{outcome}")).is_ok(), "{outcome}");
            }
            assert!(unknown.known.contains(&"slow") && unknown.known.contains(&"hmac_public_key"));
        }
    }
}
