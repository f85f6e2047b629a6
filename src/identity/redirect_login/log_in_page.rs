//! The same on the Hub's own log-in page, where a registered client sent the person: they go on through an identity provider and come
//! back to that page, or arrive at it from the provider by way of the client. The code logs in to the client's request alone, and
//! opens no session by itself.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use diesel::pg::PgConnection;
use url::Url;
use uuid::Uuid;

use super::exchange::{self, Taking};
pub(crate) use super::grant::Refusal;
use super::start;
use super::store::{self, RedirectLogin};
use crate::accounts::second_factor::check::Presented;
use crate::accounts::token::digest_of;
use crate::accounts::{Token, device};
use crate::clients::{Client, FrontEnd};
use crate::error::{Code, Error, Result};
use crate::http::RequestId;
use crate::identity::browser::BrowserCookie;
use crate::identity::provider::IdentityProvider;
use crate::identity::start::{count, unavailable};
use crate::state::AppState;

/// What codes begin with.
pub(crate) const CODE_PREFIX: &str = "czx_";

/// A client's request whose person is on the log-in page.
pub(crate) struct OfRequest<'a> {
    pub(crate) id: Uuid,
    pub(crate) client: &'a Client,
}

/// Sends the person on to the provider, from where they come back to `return_url`, an address of ours; returns where the browser goes,
/// and the cookie that binds it.
///
/// # Errors
/// `too_many_requests`, `provider_unavailable`.
pub(crate) async fn begin(
    state: &AppState,
    provider: &IdentityProvider,
    http: &HttpRequest,
    request: &OfRequest<'_>,
    return_url: &Url,
) -> Result<(Url, Cookie<'static>)> {
    count(state, &FrontEnd::Registered(Box::new(request.client.clone()))).await?;
    let browser = BrowserCookie::Login.secret(state, http)?;
    let redirect = provider.begin().await.map_err(unavailable)?;
    let row = RedirectLogin {
        browser_digest: Some(digest_of(&browser)),
        on_log_in_page: true,
        oauth_request_id: Some(request.id),
        ..start::row(state, provider, &redirect, (&request.client.id, return_url.as_str()))?
    };
    state.db.write(move |c| store::insert(c, &row)).await?;
    Ok((redirect.url, BrowserCookie::Login.write(state, browser)))
}

/// A code that a browser brought to the log-in page.
pub(crate) struct Arrival<'a> {
    pub(crate) code: &'a str,
    pub(crate) presented: Presented,
}

/// Who arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) account: Uuid,
    /// The name of the identity provider.
    pub(crate) provider: String,
    /// Whether the second factor was shown, and not only not asked for.
    pub(crate) showed_factor: bool,
}

/// Uses up the code, and the second factor if the account has one, and does in the same transaction what the log-in is for. A missing
/// or wrong second factor leaves the code as it is. Returns the token of the device besides.
///
/// # Errors
/// `invalid_code` if it is unknown, used, expired, or of another client or request; `foreign_browser`; those of the second factor.
pub(crate) async fn admit<T: Send + 'static>(
    state: &AppState,
    http: &HttpRequest,
    request: &OfRequest<'_>,
    arrival: Arrival<'_>,
    id: &RequestId,
    then: impl Fn(&mut PgConnection, &Arrived) -> Result<T> + Send + 'static,
) -> Result<(T, Token)> {
    let digest = digest_of(arrival.code);
    let found = state.db.read(move |c| store::find_by_code(c, &digest)).await?;
    let login = found.filter(|login| is_for(login, request)).ok_or(Code::InvalidCode)?;
    if login.browser_digest.is_none()
        || BrowserCookie::Login.is_foreign(state, http, login.browser_digest.as_deref())
    {
        return Err(Code::ForeignBrowser.into());
    }
    let account = login.account_id.ok_or(Code::InvalidCode)?;
    let checked = exchange::second_factor(state, &login, account, arrival.presented).await?;
    let arrived =
        Arrived { account, provider: login.provider.clone(), showed_factor: checked.at().is_some() };
    // The code opens no session: a second use finds none to end.
    let opened = Uuid::now_v7();
    let take = Taking { login, account, opened, checked, device: device::shown(state, http) };
    let done = exchange::take_code(state, take, id, move |c| then(c, &arrived)).await?;
    done.ok_or_else(|| Error::from(Code::InvalidCode))
}

/// Returns whether a code is one for the log-in page, of this client, and of this request if it was begun on its page.
fn is_for(login: &RedirectLogin, request: &OfRequest<'_>) -> bool {
    login.on_log_in_page
        && login.client_id == request.client.id
        && login.oauth_request_id.is_none_or(|own| own == request.id)
}
