//! The status of an identity verification, and why it ended.

use crate::text::coded;

coded! {
    /// The status of a verification.
    #[schema(as = IdentityVerificationStatus)]
    #[schema(as = IdentityVerificationStatus)]
    pub(crate) enum VerificationStatus in "identity_verifications.status" {
        /// The browser must follow `redirect_url`.
        AwaitingRedirect = "awaiting_redirect",
        /// The person must visit a counter.
        AwaitingCounter = "awaiting_counter",
        /// The identity is proved.
        Verified = "verified",
        /// The proof was examined and rejected; `reason` says why.
        Rejected = "rejected",
        /// Nobody came back in time.
        Expired = "expired",
        /// The proof failed; `reason` says why. You can try again.
        Failed = "failed",
    }
}

coded! {
    /// Why a verification ended without a proof.
    #[schema(as = IdentityVerificationReason)]
    pub(crate) enum VerificationReason in "identity_verifications.reason" {
        /// The person gave up at the provider.
        Abandoned = "abandoned",
        /// The bank refused the card.
        CardRefused = "card_refused",
        /// The person failed the bank's check (3-D Secure).
        ThreeDSecureFailed = "three_d_secure_failed",
        /// The provider did not answer.
        ProviderUnavailable = "provider_unavailable",
        /// The provider's answer is not valid.
        AnswerRefused = "answer_refused",
        /// The provider's answer does not say who the person is.
        IdentityIncomplete = "identity_incomplete",
        /// The session that began it has ended.
        SessionEnded = "session_ended",
        /// The account already has a proved identity.
        AccountAlreadyVerified = "account_already_verified",
        /// The person was already proved to own another account.
        PersonAlreadyVerified = "person_already_verified",
        /// An officer rejected it.
        RejectedAtCounter = "rejected_at_counter",
        /// An officer's certification was undone.
        CertificationUndone = "certification_undone",
        /// A newer verification replaced it.
        Replaced = "replaced",
    }
}
