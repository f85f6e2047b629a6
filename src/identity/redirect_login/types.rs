//! Wire types of log-ins by redirect.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::accounts::passwords::Password;
use crate::accounts::second_factor::recovery_code::RecoveryCode;
use crate::accounts::second_factor::totp::TotpCode;
use crate::error::{Error, Result};
use crate::http::violations::UNKNOWN_VALUE;
use crate::identity::types::ReturnUrl;
use crate::text::forms::Form;
use crate::text::{At, Opaque, Rule};

/// Starts a log-in by redirect.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "method": "ghiseul",
    "client_id": "hub",
    "return_url": "http://localhost:3000/login/done"
}))]
pub(crate) struct CreateRedirectLoginRequest {
    /// The identity provider: a method of the kind `redirect`.
    pub(crate) method: Opaque<1, 32>,
    /// The front end's id; by default `hub`.
    pub(crate) client_id: Option<Opaque<1, 64>>,
    /// Where the browser comes back to: exactly a URL that the front end has registered.
    pub(crate) return_url: ReturnUrl,
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
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "assertion": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImhhbmRvZmYrand0In0.e30.c2ln",
    "client_id": "hub",
    "return_url": "http://localhost:3000/login/done"
}))]
pub(crate) struct HandoffForm {
    /// A JWT of the type `handoff+jwt`, signed by the provider.
    pub(crate) assertion: Opaque<1, 16_384>,
    /// The front end that the person goes to; the assertion names it too.
    pub(crate) client_id: Opaque<1, 64>,
    /// Exactly a URL that this front end has registered.
    pub(crate) return_url: ReturnUrl,
}

/// Ends a log-in by redirect.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "code": "czx_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "totp": "287082"
}))]
pub(crate) struct ExchangeCodeRequest {
    /// The code from the return URL (after `code=`).
    pub(crate) code: Opaque<1, 128>,
    /// The code shown by the app; each works once.
    pub(crate) totp: Option<TotpCode>,
    /// One of the recovery codes; each works once.
    pub(crate) recovery_code: Option<RecoveryCode>,
}

const ONE_PROOF: Rule = Rule::new(
    "one_of_current_password_code",
    "Send either `current_password` or `code`",
    "Trimiteți fie `current_password`, fie `code`",
);

/// The rule of a proof of presence, besides those of its fields.
pub(super) const OF_PROOF: &[At] = &[("/current_password", ONE_PROOF)];
/// The rules of a redirect, besides those of its fields.
pub(super) const OF_REDIRECT: &[At] = &[("/method", UNKNOWN_VALUE), ("/client_id", UNKNOWN_VALUE)];

/// The forms that [`ONE_PROOF`] leaves.
pub(super) const FORMS: [Form; 2] = [
    Form::new(
        "ByPassword",
        "Presence, by the account's password.",
        r#"{"current_password": "trei cai albi pe deal"}"#,
    )
    .needs(&["current_password"])
    .without(&["code"]),
    Form::new(
        "ByCode",
        "Presence, by the code of a redirect.",
        r#"{"code": "czx_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
    )
    .needs(&["code"])
    .without(&["current_password"]),
];

/// Proves that the session's owner is present: one of the two.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProvePresenceRequest {
    /// The account's password.
    pub(crate) current_password: Option<Password>,
    /// The code from the return URL (after `code=`) of a redirect that this session began.
    pub(crate) code: Option<Opaque<1, 128>>,
}

/// A proof of presence.
pub(super) enum PresenceProof {
    /// The account's password.
    Password(Password),
    /// The code of a redirect.
    Code(Opaque<1, 128>),
}

impl ProvePresenceRequest {
    /// Returns the one proof.
    ///
    /// # Errors
    /// `one_of_current_password_code` at `/current_password`.
    pub(super) fn proof(self) -> Result<PresenceProof> {
        match (self.current_password, self.code) {
            (Some(password), None) => Ok(PresenceProof::Password(password)),
            (None, Some(code)) => Ok(PresenceProof::Code(code)),
            _ => Err(Error::invalid("/current_password", &ONE_PROOF)),
        }
    }
}

/// How long a proof of presence counts.
#[derive(Serialize, ToSchema)]
#[schema(as = Presence)]
pub(crate) struct PresenceResponse {
    /// After this time, presence must be proved again.
    pub(crate) present_until: DateTime<Utc>,
}

/// Asks for the reset of a lost second factor.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "czx_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct ResetSecondFactorRequest {
    /// The code from the return URL (after `code=`).
    pub(crate) code: Opaque<1, 128>,
}
