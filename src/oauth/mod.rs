//! Sign in with the Hub: an authorization server for registered clients (OAuth 2.1 draft, which is OAuth 2.0, RFC 6749, by the
//! best practice of RFC 9700; OpenID Connect Core 1.0). One way only: an authorization code with PKCE, and refresh tokens that
//! rotate.
//!
//! `/oauth/authorize` shows our own log-in page and then asks for consent; neither needs scripts. The code goes to the client's
//! redirect URI, and the client exchanges it at `/oauth/token` for tokens that do what their scopes say
//! (`accounts::scope`). A client's tokens are those of a session that belongs to the grant, so whatever
//! ends sessions ends them too.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `fields` | parameters of requests, each at most once |
//! | `authorize` | the request of a client, and the page that answers it |
//! | `parameters`, `limits` | what a request says, checked to the letter; how many are begun |
//! | `pushed` | a request that the client sends itself, for the browser to refer to |
//! | `pending` | a request whose person logs in and decides: found again for the browser that began it |
//! | `log_in`, `onward` | the person logs in: by password, or through an identity provider and back |
//! | `signed_in`, `consent` | the person sees whose account it is, and decides |
//! | `authentication` | how a client wants its person to log in, and how they did |
//! | `page`, `words` | the pages; scopes and refusals in words |
//! | `client_authentication`, `client_assertion` | which client asks at the endpoints for clients |
//! | `token`, `pkce` | the token endpoint: what a client asks for, and whether it is who began |
//! | `revocation` | a client gives a token back, or asks about one |
//! | `end_session` | a person logs out of a client, and of its session here |
//! | `id_token`, `keys` | ID tokens, and the keys that sign them |
//! | `metadata` | what the server can do, for clients' libraries |
//! | `userinfo`, `grants`, `grant_store` | what a client learns of a person; what a person granted, and revokes |
//! | `refusal` | errors as RFC 6749 has them |
//! | `deletion`, `export`, `retention` | the person's rights; how long rows are kept |

mod authentication;
mod authorize;
mod client_assertion;
mod client_authentication;
mod consent;
pub(crate) mod deletion;
mod end_session;
pub(crate) mod export;
mod fields;
mod grant_store;
mod grants;
mod id_token;
mod keys;
mod limits;
mod log_in;
mod mails;
mod metadata;
mod onward;
mod page;
mod parameters;
mod pending;
mod pkce;
mod pushed;
mod refusal;
mod retention;
mod revocation;
mod signed_in;
mod store;
mod token;
mod types;
mod userinfo;
mod words;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use client_authentication::authenticate_by_header;
pub(crate) use retention::RETENTION;
pub(crate) use types::GrantResponse;

/// Registers the operations of the contract.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(userinfo::get_userinfo)
        .service(userinfo::post_userinfo)
        .service(grants::list_grants)
        .service(grants::delete_grant);
}

/// The paths of what [`configure_standard`] registers, each with its methods.
pub(crate) const STANDARD_PATHS: &[(&str, &str)] = &[
    ("/oauth/authorize", "GET, HEAD, POST"),
    ("/oauth/par", "POST"),
    ("/oauth/log-in", "POST"),
    ("/oauth/log-in/{method}", "GET, HEAD"),
    ("/oauth/resume", "GET, HEAD"),
    ("/oauth/second-factor", "POST"),
    ("/oauth/consent", "POST"),
    ("/oauth/token", "POST"),
    ("/oauth/revoke", "POST"),
    ("/oauth/introspect", "POST"),
    ("/oauth/end-session", "GET, HEAD, POST"),
    ("/.well-known/openid-configuration", "GET, HEAD"),
    ("/.well-known/oauth-authorization-server", "GET, HEAD"),
    ("/oauth/jwks", "GET, HEAD"),
];

/// Registers what the standards describe, and the contract need not: clients' libraries read [`metadata`].
pub(crate) fn configure_standard(routes: &mut web::ServiceConfig) {
    routes
        .service(authorize::begin)
        .service(authorize::begin_by_form)
        .service(pushed::push)
        .service(log_in::log_in)
        .service(onward::go_on)
        .service(onward::resume)
        .service(onward::show_second_factor)
        .service(consent::decide)
        .service(token::issue)
        .service(revocation::revoke)
        .service(revocation::introspect)
        .service(end_session::end)
        .service(end_session::end_by_form)
        .service(metadata::openid_configuration)
        .service(metadata::oauth_server)
        .service(metadata::jwks);
}
