//! The signed one-time assertion of a handoff, and the flaws that can be put into it.

use serde_json::{Value, json};

use super::TOKEN_LIFETIME;
use super::claims::{ACR_CARD_3DS, AMR, subject};
use super::error::SimulatorError;
use super::flaw::Flaw;
use super::provider::{Client, GhiseulSimulator};
use super::random;
use crate::sandbox::persons::TestPerson;

/// The `typ` of an assertion.
const TYPE: &str = "handoff+jwt";

/// The outcome of an automated handoff: the second half of `login_hint=<person id>:<outcome>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandoffOutcome {
    /// `success`: a valid assertion.
    Success,
    /// `rotated_key`: a valid one, after the provider has replaced its key.
    RotatedKey,
    /// `replay`: the `jti` of the previous assertion.
    Replay,
    /// `too_long_lived`: valid for an hour.
    TooLongLived,
    /// `other_client`: made for another front end.
    OtherClient,
    /// `other_type`: the `typ` of an ID token.
    OtherType,
    /// `no_jti`: without the claim that makes it work only once.
    NoJti,
    /// The name of a flaw that ID tokens can have too.
    Flawed(Flaw),
}

impl HandoffOutcome {
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "success" => Self::Success,
            "rotated_key" => Self::RotatedKey,
            "replay" => Self::Replay,
            "too_long_lived" => Self::TooLongLived,
            "other_client" => Self::OtherClient,
            "other_type" => Self::OtherType,
            "no_jti" => Self::NoJti,
            _ => Self::Flawed(Flaw::named(text).filter(|flaw| *flaw != Flaw::OtherAzp)?),
        })
    }
}

/// Makes an assertion about a person for a front end of the client.
pub(super) fn assertion(
    simulator: &GhiseulSimulator,
    hub: &Client,
    person: &TestPerson,
    front_end: &str,
    outcome: HandoffOutcome,
) -> Result<String, SimulatorError> {
    if outcome == HandoffOutcome::RotatedKey {
        simulator.rotate_key()?;
    }
    let (key, now) = (simulator.key(), simulator.now());
    let jti = random::token()?;
    let mut claims = claims(simulator, hub, person, front_end, &jti);
    match outcome {
        HandoffOutcome::Success | HandoffOutcome::RotatedKey => *simulator.last_jti() = jti,
        HandoffOutcome::Replay => set(&mut claims, "jti", json!(*simulator.last_jti())),
        HandoffOutcome::TooLongLived => set(&mut claims, "exp", json!(now.timestamp() + 3600)),
        HandoffOutcome::OtherClient => set(&mut claims, "client_id", json!("somebody-else")),
        HandoffOutcome::NoJti => set(&mut claims, "jti", Value::Null),
        HandoffOutcome::OtherType => return key.sign("JWT", &claims),
        HandoffOutcome::Flawed(flaw) => {
            let claims = flaw.spoil(claims, hub.handoff_url.as_str(), now);
            return flaw.sign(TYPE, &key, &hub.client_secret, &claims);
        }
    }
    key.sign(TYPE, &claims)
}

fn set(claims: &mut Value, name: &str, value: Value) {
    if let Some(members) = claims.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

fn claims(
    simulator: &GhiseulSimulator,
    hub: &Client,
    person: &TestPerson,
    front_end: &str,
    jti: &str,
) -> Value {
    let issued = simulator.now();
    let is_woman = person.cnp.starts_with(['2', '4', '6', '8']);
    json!({
        "iss": simulator.issuer(),
        "sub": subject(person.id),
        "aud": hub.handoff_url,
        "client_id": front_end,
        "jti": jti,
        "iat": issued.timestamp(),
        "exp": (issued + TOKEN_LIFETIME).timestamp(),
        "auth_time": issued.timestamp(),
        "acr": ACR_CARD_3DS,
        "amr": AMR,
        "cnp": person.cnp,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "birthdate": person.birth_date,
        "gender": if is_woman { "female" } else { "male" },
        "email": format!("{}@persoane.example", person.id),
    })
}
