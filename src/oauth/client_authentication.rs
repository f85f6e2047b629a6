//! Who asks at the endpoints for clients (RFC 6749, section 2.3): a client that keeps a secret shows it, in a header or in the form,
//! not in both; one that keeps none names itself.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use data_encoding::BASE64;
use url::form_urlencoded;

use super::fields::Fields;
use super::refusal::{Failure, Refusal};
use crate::accounts::token::digest_of;
use crate::clients::{Client, FrontEnd, store};
use crate::error::Result;
use crate::state::AppState;
use crate::trace;

/// What a client shows.
struct Shown {
    id: String,
    secret: Option<String>,
}

/// Returns the client that sends a request.
pub(super) async fn authenticate(
    state: &AppState,
    http: &HttpRequest,
    fields: &Fields,
) -> Result<Client, Failure> {
    prove(state, shown(http, fields)?).await
}

/// Returns the client whose secret a request shows in its header, if it does: for endpoints of clients that are not OAuth's.
pub(crate) async fn authenticate_by_header(state: &AppState, http: &HttpRequest) -> Result<Option<Client>> {
    let Ok(Some(shown)) = of_header(http) else { return Ok(None) };
    match prove(state, shown).await {
        Ok(client) => Ok(Some(client)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(Failure::Ours(error)) => Err(error),
    }
}

async fn prove(state: &AppState, shown: Shown) -> Result<Client, Failure> {
    let found = state.clients.find(&state.db, &shown.id).await?;
    let Some(FrontEnd::Registered(client)) = found else { return Err(Refusal::CLIENT.into()) };
    let is_proved = match (client.kind.is_confidential(), shown.secret) {
        (true, Some(secret)) => {
            let (id, digest) = (client.id.clone(), digest_of(&secret));
            state.db.read(move |c| store::has_secret(c, &id, &digest)).await?
        }
        (is_confidential, secret) => !is_confidential && secret.is_none(),
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

fn shown(http: &HttpRequest, fields: &Fields) -> Result<Shown, Refusal> {
    let of_form = fields
        .get("client_id")
        .map(|id| Shown { id: id.to_owned(), secret: fields.get("client_secret").map(str::to_owned) });
    match (of_header(http)?, of_form) {
        (Some(header), Some(form)) if form.secret.is_some() || form.id != header.id => {
            Err(Refusal::request("the client authenticates twice"))
        }
        (Some(header), _) => Ok(header),
        (None, Some(form)) => Ok(form),
        (None, None) => Err(Refusal::CLIENT),
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
        is_basic.then_some(Shown { id: decode(id)?, secret: Some(decode(secret)?) })
    };
    let shown = read().ok_or(Refusal::CLIENT)?;
    if values.next().is_some() { Err(Refusal::CLIENT) } else { Ok(Some(shown)) }
}
