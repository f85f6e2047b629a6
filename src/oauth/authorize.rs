//! The authorization request of a client (RFC 6749, section 4.1.1; RFC 7636; OpenID Connect Core, section 3.1.2.1), and the log-in
//! page that answers it.
//!
//! Until the client and its redirect URI are known to belong together, nothing is redirected: an error is a page of ours. After
//! that, an error goes back to the client, with `state` and `iss` (RFC 9207).

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use chrono::TimeDelta;
use url::Url;

use super::authentication::Wish;
use super::fields::{Fields, is_plain};
use super::metadata::issuer;
use super::page::{self, LogIn, Stop};
use super::pending::Pending;
use super::refusal::Refusal;
use super::store::{self, Asked, Request};
use super::token::form;
use super::{onward, pkce};
use crate::accounts::scope::Scope;
use crate::accounts::second_factor::check::Presented;
use crate::accounts::token::digest_of;
use crate::clients::{Client, ClientKind, FrontEnd};
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId};
use crate::identity::IdentityProviders;
use crate::identity::browser::BrowserCookie;
use crate::person::{Email, Index};
use crate::rate_limit::{self, Counted, Limit};
use crate::state::{AppState, State};

/// How long a person may take to log in and decide.
const DECIDED_WITHIN: TimeDelta = TimeDelta::minutes(20);
/// Requests that one sender begins: an office's, not a program's.
const OF_ONE_SENDER: Limit = Limit { tries: 600, window: TimeDelta::hours(1) };

#[get("/oauth/authorize")]
pub(super) async fn begin(
    state: State,
    providers: web::Data<IdentityProviders>,
    http: HttpRequest,
    id: RequestId,
) -> HttpResponse {
    let locale = Locale::of_reader(&http);
    let fields = match Fields::parse(http.query_string().as_bytes()) {
        Ok(fields) => fields,
        Err(_) => return page::stop(&state, locale, Stop::Request),
    };
    let locale = fields.get("ui_locales").and_then(language).unwrap_or(locale);
    match answer(&state, &providers, &http, &fields, (locale, &id)).await {
        Ok(response) => response,
        Err(error) => page::failed(&state, locale, &error),
    }
}

/// Takes the same request by form (OpenID Connect Core, section 3.1.2.1). Browsers send our cookie with a link from another site, and not
/// with its form, so the form goes on as a link: tabs of one browser do not disturb each other.
#[post("/oauth/authorize")]
pub(super) async fn begin_by_form(state: State, http: HttpRequest, body: web::Bytes) -> HttpResponse {
    let fields = form(&http, &body).map_err(|_| ());
    match fields.and_then(|fields| fields.query().ok_or(())) {
        Ok(query) => page::see_other(&format!("/oauth/authorize?{query}")),
        Err(()) => page::stop(&state, Locale::of_reader(&http), Stop::Request),
    }
}

/// Returns the first of our languages in a list of tags.
pub(super) fn language(tags: &str) -> Option<Locale> {
    tags.split(' ').find_map(|tag| Locale::parse(tag.split('-').next().unwrap_or_default()).ok())
}

async fn answer(
    state: &AppState,
    providers: &IdentityProviders,
    http: &HttpRequest,
    fields: &Fields,
    (locale, id): (Locale, &RequestId),
) -> Result<HttpResponse> {
    count(state).await?;
    let Some(client) = client(state, fields).await? else {
        return Ok(page::stop(state, locale, Stop::Client));
    };
    let uri = fields.get("redirect_uri").filter(|uri| {
        let front_end = FrontEnd::Registered(Box::new(client.clone()));
        state.clients.may_return(&front_end, uri)
    });
    let Some(redirect_uri) = uri else { return Ok(page::stop(state, locale, Stop::RedirectUri)) };
    let scopes = match check(fields) {
        Ok(scopes) => scopes,
        Err(refusal) => return back(state, redirect_uri, fields.get("state"), refusal),
    };
    let asked = Asked {
        client_id: &client.id,
        redirect_uri,
        state: fields.get("state"),
        nonce: fields.get("nonce"),
        scopes: &scopes,
        code_challenge: fields.get("code_challenge").unwrap_or_default(),
        locale,
    };
    let browser = BrowserCookie::Authorization.secret(state, http)?;
    let now = state.clock.now();
    let row = Request::of(&asked, digest_of(&browser), (now, now + DECIDED_WITHIN));
    let kept = row.clone();
    state.db.write(move |c| store::insert(c, &kept)).await?;
    let pending = Pending { request: row, client };
    let mut response = first(state, providers, http, (&pending, fields), id).await;
    let cookie = BrowserCookie::Authorization.write(state, browser);
    response.add_cookie(&cookie).map_err(Error::internal)?;
    Ok(response)
}

/// Shows the log-in page, or what the client wants instead of it.
async fn first(
    state: &AppState,
    providers: &IdentityProviders,
    http: &HttpRequest,
    (pending, fields): (&Pending, &Fields),
    id: &RequestId,
) -> HttpResponse {
    let query = Some(http.query_string());
    let hint = fields.get("login_hint").filter(|hint| Email::parse(hint).is_ok());
    let empty = LogIn { email: hint.unwrap_or_default(), query, ..LogIn::empty(providers) };
    match Wish::of(state, fields, providers) {
        Wish::Page => page::log_in(state, pending, &empty),
        Wish::Through(provider) => onward::send(state, providers, http, (pending, query), provider).await,
        Wish::Arrived(code) => {
            let page = onward::Page { state, providers, http, pending };
            match page.admit(code, Presented::default(), id).await {
                Ok(response) => response,
                // Nobody's code any more, or another browser's: the person logs in.
                Err(error) if [Code::InvalidCode, Code::ForeignBrowser].contains(&error.code()) => {
                    page::log_in(state, pending, &empty)
                }
                Err(error) => page.refused(code, &error).await,
            }
        }
    }
}

async fn count(state: &AppState) -> Result<()> {
    // No client's id begins like this: redirects through a provider are counted under those.
    let (index, now) = (Index::RATE_LIMIT_REDIRECTS, state.clock.now());
    let sender = Counted::by_sender_and(&state.keyring, index, b"/oauth", OF_ONE_SENDER);
    state.db.write(move |c| rate_limit::count_in_order(c, std::slice::from_ref(&sender), now)).await
}

async fn client(state: &AppState, fields: &Fields) -> Result<Option<Client>> {
    let Some(id) = fields.get("client_id") else { return Ok(None) };
    match state.clients.find(&state.db, id).await? {
        Some(FrontEnd::Registered(client)) if client.kind != ClientKind::System => Ok(Some(*client)),
        _ => Ok(None),
    }
}

/// Checks everything but client and redirect URI; returns the scopes. Unknown ones are ignored.
fn check(fields: &Fields) -> Result<Vec<Scope>, Refusal> {
    match fields.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(Refusal::new("unsupported_response_type", "response_type is code")),
        None => return Err(Refusal::request("response_type is missing")),
    }
    if fields.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(Refusal::request("response_mode is query"));
    }
    if fields.get("request").is_some() {
        return Err(Refusal::new("request_not_supported", "request objects are not supported"));
    }
    if fields.get("request_uri").is_some() {
        return Err(Refusal::new("request_uri_not_supported", "request_uri is not supported"));
    }
    // Whom the hint names we do not know, and nobody else's ID token may answer it (OpenID Connect Core, section 3.1.2.2).
    if fields.get("id_token_hint").is_some() {
        return Err(Refusal::request("id_token_hint is not supported: the person logs in each time"));
    }
    if fields.get("code_challenge_method") != Some("S256") {
        return Err(Refusal::request("code_challenge_method is S256"));
    }
    if !fields.get("code_challenge").is_some_and(pkce::is_challenge) {
        return Err(Refusal::request("code_challenge is base64url of 32 octets"));
    }
    if !["state", "nonce"].into_iter().filter_map(|name| fields.get(name)).all(is_plain) {
        return Err(Refusal::request("state and nonce are at most 500 visible ASCII characters"));
    }
    if fields.get("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == "none")) {
        return Err(Refusal::new("login_required", "the person logs in each time"));
    }
    let wanted = fields.get("scope").unwrap_or_default();
    let scopes: Vec<Scope> =
        Scope::ALL.into_iter().filter(|scope| wanted.split(' ').any(|word| word == scope.as_str())).collect();
    if scopes.is_empty() {
        Err(Refusal::new("invalid_scope", "no known scope is asked for"))
    } else {
        Ok(scopes)
    }
}

/// Sends the browser back with an error.
pub(super) fn back(
    state: &AppState,
    redirect_uri: &str,
    its_state: Option<&str>,
    refusal: Refusal,
) -> Result<HttpResponse> {
    let parameters = [("error", refusal.error), ("error_description", refusal.description)];
    redirect(state, redirect_uri, its_state, &parameters)
}

/// Redirects to a redirect URI that was checked, with `state` and `iss` (RFC 9207).
pub(super) fn redirect(
    state: &AppState,
    redirect_uri: &str,
    its_state: Option<&str>,
    parameters: &[(&str, &str)],
) -> Result<HttpResponse> {
    let mut url = Url::parse(redirect_uri).map_err(Error::internal)?;
    let its_state = its_state.filter(|value| is_plain(value)).map(|value| ("state", value));
    let more = [("iss", issuer(state))];
    url.query_pairs_mut().extend_pairs(parameters).extend_pairs(its_state).extend_pairs(more);
    Ok(page::see_other(url.as_str()))
}
