//! Wire types of identity verifications.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::counter::{self, types::ClaimRequest};
use super::status::{VerificationReason, VerificationStatus};
use crate::error::{Error, Result};
use crate::http::violations::UNKNOWN_VALUE;
use crate::text::forms::Form;
use crate::text::{At, LENGTH, Opaque, Rule, TEXT_CONTROL_CHARACTER, input};
use utoipa::openapi::SchemaFormat;

/// A URL for the browser to come back to; it counts only if a front end has registered it.
pub(crate) struct ReturnUrl(Opaque<1, 2000>);

impl ReturnUrl {
    fn parse(text: &str) -> Result<Self, &'static Rule> {
        Opaque::parse(text).map(Self)
    }

    /// Returns the URL as it was sent.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

input!(
    ReturnUrl,
    breaks [LENGTH, TEXT_CONTROL_CHARACTER],
    format: SchemaFormat::Custom("uri".to_owned()),
    min_length: 1,
    max_length: 2000,
);

/// How a person proves their identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IdentityMethodKind)]
pub(crate) enum MethodKind {
    /// Follow a redirect to an identity provider.
    Redirect,
    /// Visit a counter once and see an officer.
    Counter,
}

/// A method to prove one's identity.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityMethod)]
pub(crate) struct IdentityMethodResponse {
    /// Its name, for `method`.
    #[schema(example = "ghiseul")]
    pub(crate) method: String,
    /// Its kind.
    pub(crate) kind: MethodKind,
    /// Its name for people, in the caller's language.
    #[schema(example = "Ghișeul.ro")]
    pub(crate) title: String,
    /// Whether a person can also start on the provider's side.
    pub(crate) handoff: bool,
}

/// All methods to prove one's identity.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityMethodList {
    /// In the order in which to offer them.
    pub(crate) items: Vec<IdentityMethodResponse>,
}

const RETURN_URL_MISSING: Rule = Rule::new(
    "return_url_missing",
    "A redirect needs a return address",
    "Redirecționarea are nevoie de o adresă de întoarcere",
);
const CLAIM_MISSING: Rule = Rule::new(
    "claim_missing",
    "For a counter, say who you are: an officer compares it with your document",
    "Pentru ghișeu, scrieți cine sunteți: un ofițer compară datele cu actul dumneavoastră",
);
const UNWANTED: Rule = Rule::new(
    "unwanted",
    "This field is not used with this method",
    "Acest câmp nu se folosește la această metodă",
);

/// The rules of a verification, besides those of its fields.
pub(super) const RULES: &[At] = &[
    ("/method", UNKNOWN_VALUE),
    ("/return_url", RETURN_URL_MISSING),
    ("/return_url", UNWANTED),
    ("/claim", CLAIM_MISSING),
    ("/claim", UNWANTED),
];

/// What each kind of method needs: the forms that [`CreateIdentityVerificationRequest::way`] leaves. Providers have the
/// names that the installation gives them, so `method` tells the counter alone.
pub(super) const FORMS: [Form; 2] = [
    Form::new(
        "ByRedirect",
        "By redirect to an identity provider.",
        r#"{"method": "ghiseul", "return_url": "http://localhost:3000/identity/done"}"#,
    )
    .needs(&["return_url"])
    .without(&["claim"]),
    Form::new(
        "AtCounter",
        "At a counter.",
        r#"{"method": "counter", "claim": {"cnp": "1800101221144", "family_name": "Popescu", "given_name": "Ana Maria"}}"#,
    )
    .if_is("method", counter::METHOD)
    .needs(&["claim"])
    .without(&["return_url"]),
];

/// Starts an identity verification.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateIdentityVerificationRequest {
    /// A method of `GET /v1/identity-verifications/methods`.
    pub(crate) method: Opaque<1, 32>,
    /// For a redirect: where the browser comes back to, exactly a URL that the front end has registered.
    pub(crate) return_url: Option<ReturnUrl>,
    /// For a counter: the claimed identity.
    pub(crate) claim: Option<ClaimRequest>,
}

/// A request whose fields are consistent.
pub(super) enum Way {
    /// By redirect to this provider, and back to this URL.
    Redirect { method: Opaque<1, 32>, return_url: ReturnUrl },
    /// At a counter, with this claim.
    Counter(Box<ClaimRequest>),
}

impl CreateIdentityVerificationRequest {
    /// Checks the rules between the fields.
    pub(super) fn way(self) -> Result<Way> {
        let at_counter = self.method.as_str() == counter::METHOD;
        match (at_counter, self.return_url, self.claim) {
            (false, Some(return_url), None) => Ok(Way::Redirect { method: self.method, return_url }),
            (true, None, Some(claim)) => Ok(Way::Counter(Box::new(claim))),
            (false, None, _) => Err(Error::invalid("/return_url", &RETURN_URL_MISSING)),
            (false, _, Some(_)) => Err(Error::invalid("/claim", &UNWANTED)),
            (true, _, None) => Err(Error::invalid("/claim", &CLAIM_MISSING)),
            (true, Some(_), _) => Err(Error::invalid("/return_url", &UNWANTED)),
        }
    }
}

/// An identity verification, as its account sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityVerification)]
pub(crate) struct IdentityVerificationResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// `counter`, or the name of the identity provider.
    #[schema(example = "ghiseul")]
    pub(crate) method: String,
    /// Its status.
    pub(crate) status: VerificationStatus,
    /// Why it was rejected or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<VerificationReason>,
    /// Where to send the browser; only in the response to the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        format = "uri",
        example = "https://ghiseul.example/authorize?response_type=code&client_id=cazier"
    )]
    pub(crate) redirect_url: Option<String>,
    /// The code for the counter; only in the response to the creation, and in the mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7K3-MQ9-ZDH")]
    pub(crate) activation_code: Option<String>,
    /// No answer and no code is accepted after this time.
    pub(crate) expires_at: DateTime<Utc>,
}

/// The provider's answer, carried by the browser (RFC 6749, section 4.1.2).
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallbackQuery {
    /// The one-time code.
    #[param(max_length = 2048)]
    pub(crate) code: Option<String>,
    /// The state that the Hub sent along.
    #[param(max_length = 256)]
    pub(crate) state: Option<String>,
    /// The provider's error code.
    #[param(max_length = 256)]
    pub(crate) error: Option<String>,
    /// The answering provider (RFC 9207).
    #[param(max_length = 256)]
    pub(crate) iss: Option<String>,
    /// The step that failed.
    #[param(max_length = 256)]
    pub(crate) error_description: Option<String>,
}
