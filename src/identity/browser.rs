//! Binds a redirect to the browser that began it. Otherwise somebody could be lured into proving their identity for
//! another person's account, or be logged in to an account that is not theirs.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{HOST, HeaderName, ORIGIN};
use url::Url;

use crate::accounts::Token;
use crate::accounts::token::digest_of;
use crate::config::{Leniency, tell_leniency};
use crate::error::Result;
use crate::state::AppState;

/// The cookie that marks the browser.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BrowserCookie {
    /// A verification of the logged-in account.
    Verification,
    /// A log-in.
    Login,
    /// An authorization request of a client.
    Authorization,
}

impl BrowserCookie {
    /// Returns the cookie's name. Over TLS, no other host, not even a subdomain of ours, can set a cookie with this
    /// prefix (RFC 6265bis, 4.1.3.2).
    fn name(self, state: &AppState) -> &'static str {
        match (self, is_https(state)) {
            (Self::Verification, true) => "__Host-cazier_browser",
            (Self::Verification, false) => "cazier_browser",
            (Self::Login, true) => "__Host-cazier_login",
            (Self::Login, false) => "cazier_login",
            (Self::Authorization, true) => "__Host-cazier_authorization",
            (Self::Authorization, false) => "cazier_authorization",
        }
    }

    /// Returns the browser's earlier secret, so that two tabs do not disturb each other, or a new one.
    pub(crate) fn secret(self, state: &AppState, request: &HttpRequest) -> Result<String> {
        match request.cookie(self.name(state)) {
            Some(cookie) if (1..=128).contains(&cookie.value().len()) => Ok(cookie.value().to_owned()),
            _ => Self::fresh_secret(),
        }
    }

    /// Generates a secret for a request from another site: browsers send it without our cookie.
    pub(super) fn fresh_secret() -> Result<String> {
        Ok(Token::generate("czb_")?.reveal().to_owned())
    }

    /// Returns whether this request is of another browser than the one that the redirect is bound to. One that is bound to
    /// none ends in no browser, unless a sandbox is lenient.
    pub(crate) fn is_foreign(self, state: &AppState, request: &HttpRequest, bound: Option<&[u8]>) -> bool {
        let Some(bound) = bound else { return !state.lenient.has(Leniency::BrowserCookie) };
        request.cookie(self.name(state)).is_none_or(|cookie| digest_of(cookie.value()) != bound)
    }

    /// Builds the cookie: hidden from scripts, and sent when the provider sends the browser back.
    pub(crate) fn write(self, state: &AppState, secret: String) -> Cookie<'static> {
        Cookie::build(self.name(state), secret)
            .path("/")
            .http_only(true)
            .secure(is_https(state))
            .same_site(SameSite::Lax)
            .max_age(time::Duration::hours(1))
            .finish()
    }
}

fn is_https(state: &AppState) -> bool {
    state.addresses.api.scheme() == "https"
}

fn header(request: &HttpRequest, name: HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// Returns the page that sends the request. Browsers name it in each POST; programs do not.
pub(crate) fn origin(request: &HttpRequest) -> Option<&str> {
    header(request, ORIGIN)
}

/// Returns whether a redirect is bound to the browser that begins it. Always, unless a sandbox is lenient: then a program
/// without a browser, and a page of another site, whose browser does not send our cookie, may do without.
pub(super) fn is_bound(state: &AppState, request: &HttpRequest) -> bool {
    let page = origin(request).and_then(|origin| Url::parse(origin).ok());
    let called = header(request, HOST).and_then(|host| Url::parse(&format!("http://{host}")).ok());
    is_bound_if(state, is_our_host(state, page.as_ref()) && is_our_host(state, called.as_ref()))
}

/// Returns the same for a browser that a provider's page sends to us and that goes on to `return_url`.
pub(super) fn is_bound_from(state: &AppState, request: &HttpRequest, return_url: &str) -> bool {
    let page = Url::parse(return_url).ok();
    is_bound_if(state, origin(request).is_some() && is_our_host(state, page.as_ref()))
}

fn is_bound_if(state: &AppState, comes_back: bool) -> bool {
    let is_bound = comes_back || !state.lenient.has(Leniency::BrowserCookie);
    if !is_bound {
        tell_leniency(format_args!("a redirect is bound to no browser"));
    }
    is_bound
}

fn is_our_host(state: &AppState, url: Option<&Url>) -> bool {
    url.is_some_and(|url| url.host() == state.addresses.api.host())
}
