//! What goes over the wire about identity verifications.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::counter::{self, types::ClaimRequest};
use crate::error::{Error, Result};
use crate::text::Rule;

/// What a person does to prove who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IdentityMethodKind)]
pub(crate) enum MethodKind {
    /// Follow a redirect to an identity provider.
    Redirect,
    /// Come once to a counter, before an officer.
    Counter,
}

/// A way to prove who one is.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityMethod)]
pub(crate) struct IdentityMethodResponse {
    /// Its name, for `method`.
    #[schema(example = "ghiseul")]
    pub(crate) method: String,
    /// What the person does.
    pub(crate) kind: MethodKind,
    /// Its name for people, in the caller's language.
    #[schema(example = "Ghișeul.ro")]
    pub(crate) title: String,
    /// Whether a person can also begin at its side.
    pub(crate) handoff: bool,
}

/// Every way to prove who one is.
#[derive(Serialize, ToSchema)]
pub(crate) struct IdentityMethodList {
    /// In the order in which to offer them.
    pub(crate) items: Vec<IdentityMethodResponse>,
}

const RETURN_URL_MISSING: Rule = Rule::new(
    "return_url_missing",
    "A redirect needs an address to come back to",
    "O redirecționare are nevoie de o adresă de întoarcere",
);
const CLAIM_MISSING: Rule = Rule::new(
    "claim_missing",
    "At a counter, say who you are: an officer compares it with your document",
    "La ghișeu, spuneți cine sunteți: un ofițer compară cu documentul",
);
const UNWANTED: Rule =
    Rule::new("unwanted", "This field does not go with the method", "Acest câmp nu se potrivește metodei");

/// A wish to prove one's identity.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateIdentityVerificationRequest {
    /// How: one of `GET /v1/identity-verifications/methods`.
    #[validate(length(min = 1, max = 32))]
    #[schema(min_length = 1, max_length = 32, example = "ghiseul")]
    pub(crate) method: String,
    /// For a redirect: where the browser comes back to, to the letter an address that the front end has registered.
    #[validate(length(min = 1, max = 2000))]
    #[schema(
        format = "uri",
        min_length = 1,
        max_length = 2000,
        example = "http://localhost:3000/identity/done"
    )]
    pub(crate) return_url: Option<String>,
    /// For a counter: who the owner of the account is.
    #[validate(nested)]
    pub(crate) claim: Option<ClaimRequest>,
}

/// A wish whose fields go together.
pub(super) enum Way {
    /// By redirect to the provider of this name, and back to this address.
    Redirect { method: String, return_url: String },
    /// At a counter, with this claim.
    Counter(Box<ClaimRequest>),
}

impl CreateIdentityVerificationRequest {
    /// The rules between the fields.
    pub(super) fn way(self) -> Result<Way> {
        let at_counter = self.method == counter::METHOD;
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

/// Where a verification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IdentityVerificationStatus)]
pub(crate) enum Status {
    /// The browser is to follow `redirect_url`.
    AwaitingRedirect,
    /// The person is to come to a counter.
    AwaitingCounter,
    /// Proved.
    Verified,
    /// The proof was looked at and not accepted; `reason` says why.
    Rejected,
    /// Nobody came back in time.
    Expired,
    /// The proof did not come about; `reason` says why. Another try is welcome.
    Failed,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingRedirect => "awaiting_redirect",
            Self::AwaitingCounter => "awaiting_counter",
            Self::Verified => "verified",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn of(text: &str) -> Self {
        match text {
            "awaiting_redirect" => Self::AwaitingRedirect,
            "awaiting_counter" => Self::AwaitingCounter,
            "verified" => Self::Verified,
            "rejected" => Self::Rejected,
            "expired" => Self::Expired,
            _ => Self::Failed,
        }
    }
}

/// An identity verification as its account sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityVerification)]
pub(crate) struct IdentityVerificationResponse {
    /// UUIDv7.
    pub(crate) id: Uuid,
    /// `counter`, or the name of the identity provider.
    #[schema(example = "ghiseul")]
    pub(crate) method: String,
    /// Where it stands.
    pub(crate) status: Status,
    /// Why it was rejected or failed: `abandoned`, `card_refused`, `three_d_secure_failed`, `provider_unavailable`,
    /// `answer_refused`, `identity_incomplete`, `session_ended`, `account_already_verified`,
    /// `person_already_verified`, `rejected_at_counter`, `certification_undone`, `replaced`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "abandoned")]
    pub(crate) reason: Option<String>,
    /// Where the browser is to go, once, right after the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        format = "uri",
        example = "https://ghiseul.example/authorize?response_type=code&client_id=cazier"
    )]
    pub(crate) redirect_url: Option<String>,
    /// What to bring to a counter, once, right after the creation; it comes by mail too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "7K3-MQ9-ZD2")]
    pub(crate) activation_code: Option<String>,
    /// From then on no answer is taken, and no code.
    pub(crate) expires_at: DateTime<Utc>,
}

/// The provider's answer, by way of the browser (RFC 6749, section 4.1.2).
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallbackQuery {
    /// The one-time code.
    #[param(max_length = 2048)]
    pub(crate) code: Option<String>,
    /// What the Hub sent along.
    #[param(max_length = 256)]
    pub(crate) state: Option<String>,
    /// The provider's error code.
    #[param(max_length = 256)]
    pub(crate) error: Option<String>,
    /// The provider that answers (RFC 9207).
    #[param(max_length = 256)]
    pub(crate) iss: Option<String>,
    /// Which step the person did not pass.
    #[param(max_length = 256)]
    pub(crate) error_description: Option<String>,
}
