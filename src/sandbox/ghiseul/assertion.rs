//! The signed one-time assertion of a handoff, and the flaws that can be put into it.

use serde_json::{Value, json};

use super::TOKEN_LIFETIME;
use super::claims::{ACR_CARD_3DS, AMR, subject};
use super::error::SimulatorError;
use super::flaw::Flaw;
use super::provider::{Client, GhiseulSimulator};
use super::{random, rules};
use crate::sandbox::persons::TestPerson;
use crate::sandbox::problems::UnknownName;

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
    /// The outcomes other than flaws of ID tokens, by name.
    const NAMED: [(&'static str, Self); 7] = [
        ("success", Self::Success),
        ("rotated_key", Self::RotatedKey),
        ("replay", Self::Replay),
        ("too_long_lived", Self::TooLongLived),
        ("other_client", Self::OtherClient),
        ("other_type", Self::OtherType),
        ("no_jti", Self::NoJti),
    ];

    /// The flaws that an assertion can have: it has no `azp`, and `replay` is about its `jti`.
    fn flaws() -> impl Iterator<Item = Flaw> {
        Flaw::ALL.into_iter().filter(|flaw| !matches!(flaw, Flaw::OtherAzp | Flaw::Replay))
    }

    pub(super) fn parse(text: &str) -> Result<Self, UnknownName> {
        let named = Self::NAMED.into_iter().find(|(name, _)| *name == text).map(|(_, outcome)| outcome);
        let flaw = || Self::flaws().find(|flaw| flaw.as_str() == text).map(Self::Flawed);
        named.or_else(flaw).ok_or_else(|| {
            let known = Self::NAMED.into_iter().map(|(name, _)| name);
            let known = known.chain(Self::flaws().map(Flaw::as_str)).collect();
            UnknownName { rule: &rules::UNKNOWN_OUTCOME, known }
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
