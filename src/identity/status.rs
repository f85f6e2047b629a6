//! The status of an identity verification.

use serde::Serialize;
use utoipa::ToSchema;

/// The status of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IdentityVerificationStatus)]
pub(crate) enum Status {
    /// The browser must follow `redirect_url`.
    AwaitingRedirect,
    /// The person must visit a counter.
    AwaitingCounter,
    /// The identity is proved.
    Verified,
    /// The proof was examined and rejected; `reason` says why.
    Rejected,
    /// Nobody came back in time.
    Expired,
    /// The proof failed; `reason` says why. You can try again.
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
