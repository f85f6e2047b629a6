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
use super::{limits, onward, parameters, pushed};
use crate::accounts::second_factor::check::Presented;
use crate::accounts::token::digest_of;
use crate::clients::{Client, ClientKind, FrontEnd};
use crate::error::{Code, Error, Result};
use crate::http::{Locale, RequestId};
use crate::identity::IdentityProviders;
use crate::identity::browser::BrowserCookie;
use crate::person::Email;
use crate::state::{AppState, State};

/// How long a person may take to log in and decide.
const DECIDED_WITHIN: TimeDelta = TimeDelta::minutes(20);

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
    let locale = fields.get("ui_locales").and_then(parameters::language).unwrap_or(locale);
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

async fn answer(
    state: &AppState,
    providers: &IdentityProviders,
    http: &HttpRequest,
    fields: &Fields,
    (locale, id): (Locale, &RequestId),
) -> Result<HttpResponse> {
    limits::of_sender(state).await?;
    let Some(client) = client(state, fields).await? else {
        return Ok(page::stop(state, locale, Stop::Client));
    };
    let pushed = match fields.get("request_uri").filter(|uri| pushed::is_reference(uri)) {
        None => None,
        Some(uri) => match pushed::find(state, &client, uri).await? {
            Some(pushed) => Some(pushed),
            None => return Ok(page::stop(state, locale, Stop::Pushed)),
        },
    };
    let of_pushed = pushed.as_ref().filter(|_| fields.get("ui_locales").is_none());
    let locale =
        of_pushed.and_then(|pushed| parameters::language(pushed.get("ui_locales")?)).unwrap_or(locale);
    // Beside a reference, nothing else counts but the language that our page was asked for.
    let fields = pushed.as_ref().unwrap_or(fields);
    let Some(redirect_uri) = parameters::redirect_uri(state, &client, fields) else {
        return Ok(page::stop(state, locale, Stop::RedirectUri));
    };
    let scopes = match parameters::check(&client, fields) {
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
    accept(state, providers, http, (client.clone(), fields, asked), id).await
}

/// Keeps a request that was checked, for this browser, and shows its first page.
async fn accept(
    state: &AppState,
    providers: &IdentityProviders,
    http: &HttpRequest,
    (client, fields, asked): (Client, &Fields, Asked<'_>),
    id: &RequestId,
) -> Result<HttpResponse> {
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

async fn client(state: &AppState, fields: &Fields) -> Result<Option<Client>> {
    let Some(id) = fields.get("client_id") else { return Ok(None) };
    match state.clients.find(&state.db, id).await? {
        Some(FrontEnd::Registered(client)) if client.kind != ClientKind::System => Ok(Some(*client)),
        _ => Ok(None),
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
