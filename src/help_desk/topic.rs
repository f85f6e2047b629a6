//! Topics and statuses of requests.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::Locale;

/// The topic of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Topic {
    /// Registration, log-in, the account.
    Account,
    /// Proof of identity.
    Identity,
    /// An application.
    Application,
    /// A certificate.
    Certificate,
    /// Verification of a certificate.
    Verification,
    /// Anything else.
    Other,
}

impl Topic {
    pub(super) const ALL: [Self; 6] = [
        Self::Account,
        Self::Identity,
        Self::Application,
        Self::Certificate,
        Self::Verification,
        Self::Other,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Identity => "identity",
            Self::Application => "application",
            Self::Certificate => "certificate",
            Self::Verification => "verification",
            Self::Other => "other",
        }
    }

    pub(super) const fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::Account => locale.pick("Cont și autentificare", "Account and log-in"),
            Self::Identity => locale.pick("Dovada identității", "Proof of identity"),
            Self::Application => locale.pick("O cerere depusă", "An application"),
            Self::Certificate => locale.pick("Un certificat", "A certificate"),
            Self::Verification => locale.pick("Verificarea unui certificat", "Verification of a certificate"),
            Self::Other => locale.pick("Altceva", "Something else"),
        }
    }
}

/// The status of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SupportStatus {
    /// Not answered yet.
    Open,
    /// Answered.
    Answered,
    /// Done.
    Closed,
}

impl SupportStatus {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}
