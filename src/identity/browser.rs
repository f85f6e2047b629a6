//! Binds a redirect to the browser that began it. Otherwise somebody could be lured into proving their identity for
//! another person's account, or be logged in to an account that is not theirs.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::http::header::{HOST, HeaderName, ORIGIN};
use url::Url;

use crate::accounts::Token;
use crate::accounts::token::digest_of;
use crate::config::{Leniency, tell_leniency};
use crate::error::{Code, Error, Result};
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

    /// Checks that this request is of the browser that the redirect is bound to.
    ///
    /// # Errors
    /// `foreign_browser`, with the address of the API to which the cookie belongs.
    pub(crate) fn check(self, state: &AppState, request: &HttpRequest, bound: Option<&[u8]>) -> Result<()> {
        if !self.is_foreign(state, request, bound) {
            return Ok(());
        }
        Err(Error::from(Code::ForeignBrowser).with("public_url", state.addresses.api.as_str()))
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
    is_bound_if(state, is_our_host(state, page.as_ref()) && is_our_host(state, called(request).as_ref()))
}

/// Says in the log of a sandbox that a redirect begins by another name of the API than the public one, where it ends.
pub(super) fn tell_other_name(state: &AppState, request: &HttpRequest) {
    let may_lack_it = state.lenient.has(Leniency::BrowserCookie);
    if state.sandbox && !may_lack_it && !is_our_host(state, called(request).as_ref()) {
        // Not the name itself, which can be anything.
        log::warn!(
            "a redirect begins by a name of the API that is not the public one, and will end with 403 foreign_browser: \
             browsers keep the cookie for the other name; call the API at {}",
            state.addresses.api
        );
    }
}

/// Returns the address by which the API is called.
fn called(request: &HttpRequest) -> Option<Url> {
    header(request, HOST).and_then(|host| Url::parse(&format!("http://{host}")).ok())
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
