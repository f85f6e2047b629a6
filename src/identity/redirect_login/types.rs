//! Wire types of log-ins by redirect.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Starts a log-in by redirect.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateRedirectLoginRequest {
    /// The identity provider: a method of the kind `redirect`.
    #[validate(length(min = 1, max = 32))]
    #[schema(min_length = 1, max_length = 32, example = "ghiseul")]
    pub(crate) method: String,
    /// The front end's id; by default `hub`.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64, example = "hub")]
    pub(crate) client_id: Option<String>,
    /// Where the browser comes back to: exactly a URL that the front end has registered.
    #[validate(length(min = 1, max = 2000))]
    #[schema(
        format = "uri",
        min_length = 1,
        max_length = 2000,
        example = "http://localhost:3000/login/done"
    )]
    pub(crate) return_url: String,
}

/// Where the browser goes to log in.
#[derive(Serialize, ToSchema)]
#[schema(as = RedirectLogin)]
pub(crate) struct RedirectLoginResponse {
    /// The identity provider's page.
    #[schema(
        format = "uri",
        example = "https://ghiseul.example/authorize?response_type=code&client_id=cazier"
    )]
    pub(crate) redirect_url: String,
    /// No answer is accepted after this time.
    pub(crate) expires_at: DateTime<Utc>,
}

/// The form posted by an identity provider's page, from the browser.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandoffForm {
    /// A JWT of the type `handoff+jwt`, signed by the provider.
    #[validate(length(min = 1, max = 16_384))]
    #[schema(
        min_length = 1,
        max_length = 16_384,
        example = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImhhbmRvZmYrand0In0.e30.c2ln"
    )]
    pub(crate) assertion: String,
    /// The front end that the person goes to; the assertion names it too.
    #[validate(length(min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64, example = "hub")]
    pub(crate) client_id: String,
    /// Exactly a URL that this front end has registered.
    #[validate(length(min = 1, max = 2000))]
    #[schema(
        format = "uri",
        min_length = 1,
        max_length = 2000,
        example = "http://localhost:3000/login/done"
    )]
    pub(crate) return_url: String,
}

/// Ends a log-in by redirect.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExchangeCodeRequest {
    /// The code from the return URL (after `code=`).
    #[validate(length(min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128, example = "czx_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub(crate) code: String,
}
