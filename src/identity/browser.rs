//! The browser that began something with a redirect is the one that must end it: else somebody could be lured into
//! proving their identity for another's account, or be logged in to an account that is not theirs.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{HOST, HeaderName, ORIGIN};
use url::Url;

use crate::accounts::Token;
use crate::accounts::token::digest_of;
use crate::error::Result;
use crate::state::AppState;

/// The cookie of what a browser began.
#[derive(Debug, Clone, Copy)]
pub(super) enum BrowserCookie {
    /// A verification of the account that is logged in.
    Verification,
    /// A log-in.
    Login,
}

impl BrowserCookie {
    /// Over TLS no other host, not even one below ours, can set a cookie of this prefix (RFC 6265bis, 4.1.3.2).
    fn name(self, state: &AppState) -> &'static str {
        match (self, is_https(state)) {
            (Self::Verification, true) => "__Host-cazier_browser",
            (Self::Verification, false) => "cazier_browser",
            (Self::Login, true) => "__Host-cazier_login",
            (Self::Login, false) => "cazier_login",
        }
    }

    /// The browser's secret from an earlier time, so that two tabs do not shut each other out; or a new one.
    pub(super) fn secret(self, state: &AppState, request: &HttpRequest) -> Result<String> {
        match request.cookie(self.name(state)) {
            Some(cookie) if (1..=128).contains(&cookie.value().len()) => Ok(cookie.value().to_owned()),
            _ => Self::fresh_secret(),
        }
    }

    /// A new one, for a request from another site, with which browsers send no cookie of ours.
    pub(super) fn fresh_secret() -> Result<String> {
        Ok(Token::generate("czb_")?.reveal().to_owned())
    }

    /// What is stored of the secret that this request brings back.
    pub(super) fn digest(self, state: &AppState, request: &HttpRequest) -> Option<Vec<u8>> {
        request.cookie(self.name(state)).map(|cookie| digest_of(cookie.value()))
    }

    /// The cookie: out of reach of scripts, sent along when the provider sends the browser back.
    pub(super) fn write(self, state: &AppState, secret: String) -> Cookie<'static> {
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

/// The page that sends the request, as browsers tell it with each POST; a program tells none.
pub(super) fn origin(request: &HttpRequest) -> Option<&str> {
    header(request, ORIGIN)
}

/// Whether the cookie will come back after this request of a front end's page. Always, except in the sandbox: programs
/// without a browser and pages of another site, whose browsers do not bring our cookie, are let through there.
pub(super) fn comes_back(state: &AppState, request: &HttpRequest) -> bool {
    let page = origin(request).and_then(|origin| Url::parse(origin).ok());
    let called = header(request, HOST).and_then(|host| Url::parse(&format!("http://{host}")).ok());
    !state.sandbox || (is_our_host(state, page.as_ref()) && is_our_host(state, called.as_ref()))
}

/// The same for a browser that a provider's page sends to us and that goes on to `return_url`.
pub(super) fn comes_back_from(state: &AppState, request: &HttpRequest, return_url: &str) -> bool {
    let page = Url::parse(return_url).ok();
    !state.sandbox || (origin(request).is_some() && is_our_host(state, page.as_ref()))
}

fn is_our_host(state: &AppState, url: Option<&Url>) -> bool {
    url.is_some_and(|url| url.host() == state.addresses.api.host())
}
