//! Who asks at the endpoints for clients (RFC 6749, section 2.3): a client that keeps a secret shows it, in a header or in the form; one
//! that has keys signs an assertion; one that keeps neither names itself. Each does one of these and not two.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use data_encoding::BASE64;
use diesel::pg::PgConnection;
use url::form_urlencoded;

use super::client_assertion::{self, Assertion};
use super::fields::Fields;
use super::metadata::issuer;
use super::refusal::{Failure, Refusal};
use crate::accounts::token::digest_of;
use crate::clients::{Client, FrontEnd, store};
use crate::error::Result;
use crate::state::AppState;
use crate::trace;

/// The client that a request names, and how it proves that.
struct Shown {
    id: String,
    proof: Proof,
}

enum Proof {
    None,
    Secret(String),
    Assertion(Assertion),
}

/// Checks a secret's digest against a client.
type SecretCheck = fn(&mut PgConnection, &str, &[u8]) -> Result<bool>;

/// Returns the client that sends a request.
pub(super) async fn authenticate(
    state: &AppState,
    http: &HttpRequest,
    fields: &Fields,
) -> Result<Client, Failure> {
    prove(state, shown(state, http, fields)?, store::authenticates_by_secret).await
}

/// Returns the client whose secret a request shows in its header, if it does: for endpoints of clients that are not OAuth's, where
/// those that have keys show a secret too.
pub(crate) async fn authenticate_by_header(state: &AppState, http: &HttpRequest) -> Result<Option<Client>> {
    let Ok(Some(shown)) = of_header(http) else { return Ok(None) };
    match prove(state, shown, store::has_secret).await {
        Ok(client) => Ok(Some(client)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Ours(error)) => Err(error),
    }
}

async fn prove(state: &AppState, shown: Shown, proves: SecretCheck) -> Result<Client, Failure> {
    let found = state.clients.find(&state.db, &shown.id).await?;
    let Some(FrontEnd::Registered(client)) = found else { return Err(Refusal::CLIENT.into()) };
    let is_proved = match (client.kind.is_confidential(), shown.proof) {
        (true, Proof::Secret(secret)) => {
            let (id, digest) = (client.id.clone(), digest_of(&secret));
            state.db.read(move |c| proves(c, &id, &digest)).await?
        }
        (true, Proof::Assertion(assertion)) => {
            assertion.prove(state, &client).await?;
            true
        }
        (is_confidential, proof) => !is_confidential && matches!(proof, Proof::None),
    };
    if !is_proved {
        return Err(Refusal::CLIENT.into());
    }
    // Anybody can name a client without a secret: it acts once its code or token is accepted.
    if client.kind.is_confidential() {
        trace::acts_through(&client.id);
    }
    Ok(*client)
}

fn shown(state: &AppState, http: &HttpRequest, fields: &Fields) -> Result<Shown, Refusal> {
    const TWICE: Refusal = Refusal::request("the client authenticates twice, or names two clients");
    let assertion = of_assertion(state, fields)?;
    let secret = fields.get("client_secret").map(|secret| Proof::Secret(secret.to_owned()));
    let mut proofs = [of_header(http)?, assertion].into_iter().flatten();
    let proof = proofs.next();
    if proofs.next().is_some() || (proof.is_some() && secret.is_some()) {
        return Err(TWICE);
    }
    match (proof, fields.get("client_id")) {
        (Some(shown), Some(id)) if shown.id != id => Err(TWICE),
        (Some(shown), _) => Ok(shown),
        (None, Some(id)) => Ok(Shown { id: id.to_owned(), proof: secret.unwrap_or(Proof::None) }),
        (None, None) => Err(Refusal::NO_CLIENT),
    }
}

/// Reads `client_assertion`, which names its client itself.
fn of_assertion(state: &AppState, fields: &Fields) -> Result<Option<Shown>, Refusal> {
    match (fields.get("client_assertion_type"), fields.get("client_assertion")) {
        (None, None) => Ok(None),
        (Some(client_assertion::TYPE), Some(assertion)) => {
            let assertion = Assertion::parse(assertion, issuer(state), state.clock.now())?;
            Ok(Some(Shown { id: assertion.client_id.clone(), proof: Proof::Assertion(assertion) }))
        }
        _ => Err(Refusal::request(
            "client_assertion_type is not that of a JWT, or one of the two parameters is missing",
        )),
    }
}

/// Reads `Authorization: Basic` with form-encoded id and secret.
fn of_header(http: &HttpRequest) -> Result<Option<Shown>, Refusal> {
    let mut values = http.headers().get_all(AUTHORIZATION);
    let Some(value) = values.next() else { return Ok(None) };
    let read = || {
        let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
        let pair = String::from_utf8(BASE64.decode(text.as_bytes()).ok()?).ok()?;
        let (id, secret) = pair.split_once(':')?;
        let decode = |text: &str| {
            let is_one = !text.contains('&');
            is_one.then(|| {
                Some(form_urlencoded::parse(format!("v={text}").as_bytes()).next()?.1.into_owned())
            })?
        };
        let is_basic = scheme.eq_ignore_ascii_case("basic");
        is_basic.then_some(Shown { id: decode(id)?, proof: Proof::Secret(decode(secret)?) })
    };
    let shown = read().ok_or(Refusal::CLIENT)?;
    if values.next().is_some() { Err(Refusal::CLIENT) } else { Ok(Some(shown)) }
}
