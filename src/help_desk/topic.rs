//! Topics and statuses of requests.

use crate::http::Locale;
use crate::text::coded;

coded! {
    /// The topic of a request.
    pub(crate) enum Topic in "support_requests.topic" {
        /// Registration, log-in, the account.
        Account = "account",
        /// Proof of identity.
        Identity = "identity",
        /// An application.
        Application = "application",
        /// A certificate.
        Certificate = "certificate",
        /// Verification of a certificate.
        Verification = "verification",
        /// Anything else.
        Other = "other",
    }
}

impl Topic {
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

coded! {
    /// The status of a request.
    pub(crate) enum SupportStatus in "support_requests.status" {
        /// Not answered yet.
        Open = "open",
        /// Answered.
        Answered = "answered",
        /// Done.
        Closed = "closed",
    }
}
