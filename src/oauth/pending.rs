//! A request whose person logs in and decides. Its id is in the forms of our pages, and is no secret: the cookie shows that the
//! browser is the one that began it, so nobody can be led to consent to what another browser asked for (RFC 9700, section 4.7).

use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;
use uuid::Uuid;

use super::store::{self, Request};
use crate::clients::{Client, FrontEnd};
use crate::error::Result;
use crate::identity::browser::{self, BrowserCookie};
use crate::state::AppState;

/// A request, with the client that asks.
pub(super) struct Pending {
    pub(super) request: Request,
    pub(super) client: Client,
}

impl Pending {
    /// Finds the open request of a form that one of our pages sent; `None` if it is over, another browser's, or another site's
    /// page sent it.
    pub(super) async fn find(state: &AppState, http: &HttpRequest, id: Uuid) -> Result<Option<Self>> {
        if is_of_our_page(state, http) { Self::of_browser(state, http, id).await } else { Ok(None) }
    }

    /// Finds the request of a form that was sent twice: its person has decided, and the client has not got its code yet.
    pub(super) async fn find_decided(state: &AppState, http: &HttpRequest, id: Uuid) -> Result<Option<Self>> {
        if !is_of_our_page(state, http) {
            return Ok(None);
        }
        let now = state.clock.now();
        Self::of(state, http, state.db.read(move |c| store::find_decided(c, id, now)).await?).await
    }

    /// Finds the open request that this browser began, wherever it comes from now.
    pub(super) async fn of_browser(state: &AppState, http: &HttpRequest, id: Uuid) -> Result<Option<Self>> {
        let now = state.clock.now();
        Self::of(state, http, state.db.read(move |c| store::find_open(c, id, now)).await?).await
    }

    async fn of(state: &AppState, http: &HttpRequest, found: Option<Request>) -> Result<Option<Self>> {
        let is_foreign = |request: &Request| {
            BrowserCookie::Authorization.is_foreign(state, http, Some(&request.browser_digest))
        };
        let Some(request) = found.filter(|request| !is_foreign(request)) else { return Ok(None) };
        match state.clients.find(&state.db, &request.client_id).await? {
            Some(FrontEnd::Registered(client)) => Ok(Some(Self { request, client: *client })),
            _ => Ok(None),
        }
    }
}

/// Returns whether a page of ours sends the form, as far as the browser tells. Our pages tell no referrer, so their forms come from
/// `null`; browsers that know `Sec-Fetch-Site` say more. The cookie, which browsers do not send from other sites, decides.
fn is_of_our_page(state: &AppState, http: &HttpRequest) -> bool {
    let site = http.headers().get(HeaderName::from_static("sec-fetch-site"));
    let own = state.addresses.api.origin().ascii_serialization();
    let is_own = |origin: &str| origin == "null" || origin == own || is_host_of(http, origin);
    site.is_none_or(|site| site == "same-origin") && browser::origin(http).is_none_or(is_own)
}

/// Returns whether an origin is the host that the request was sent to: a sandbox has more than one name.
fn is_host_of(http: &HttpRequest, origin: &str) -> bool {
    let host = http.headers().get(actix_web::http::header::HOST).and_then(|host| host.to_str().ok());
    origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host)
}
