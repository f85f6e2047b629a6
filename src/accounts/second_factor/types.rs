//! What goes over the wire about second factors.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::recovery_code::RecoveryCode;
use crate::http::validation::broken;
use crate::text::Rule;

pub(super) const ONE_SECOND_FACTOR: Rule = Rule::new(
    "one_of_totp_recovery_code",
    "Send `totp` or `recovery_code`, one of them",
    "Trimiteți `totp` sau `recovery_code`, unul dintre ele",
);
pub(super) const CODE_WRONG: Rule = Rule::new(
    "totp_wrong",
    "The code is wrong, was used before, or its time is over",
    "Codul este greșit, a fost deja folosit sau timpul lui a trecut",
);
pub(super) const RECOVERY_CODE_WRONG: Rule = Rule::new(
    "recovery_code_wrong",
    "The recovery code is wrong or was used before",
    "Codul de rezervă este greșit sau a fost deja folosit",
);

/// At most six digits and the space that apps show between them.
pub(crate) const TOTP_LENGTH: u64 = 32;

pub(crate) fn is_recovery_code(value: &str) -> Result<(), ValidationError> {
    RecoveryCode::parse(value).map(drop).map_err(broken)
}

/// The first code of a new authenticator.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmTotpRequest {
    /// What the app shows.
    #[validate(length(min = 1, max = TOTP_LENGTH))]
    #[schema(min_length = 1, max_length = 32, example = "287082")]
    pub(crate) totp: String,
}

/// The second factor, shown again: one of the two.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepUpRequest {
    /// What the app shows; each code works once.
    #[validate(length(min = 1, max = TOTP_LENGTH))]
    #[schema(min_length = 1, max_length = 32, example = "287082")]
    pub(crate) totp: Option<String>,
    /// One of the codes kept on paper; each works once.
    #[validate(custom(function = "is_recovery_code"))]
    #[schema(max_length = 64, example = "ABCDE-FGH23")]
    pub(crate) recovery_code: Option<String>,
}

/// Where an account's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SecondFactorStatus)]
pub(crate) enum Status {
    /// There is none.
    NotSetUp,
    /// Begun, and not confirmed by a first code.
    Pending,
    /// Asked for at each log-in.
    Active,
}

/// An account's second factor, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactor)]
pub(crate) struct SecondFactorResponse {
    /// Where it stands.
    pub(crate) status: Status,
    /// Since when it is asked for.
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    #[schema(example = 10)]
    pub(crate) recovery_codes_left: i64,
}

/// What an authenticator app needs, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = TotpEnrolment)]
pub(crate) struct TotpEnrolmentResponse {
    /// The shared secret in base 32, for who types it.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub(crate) secret: String,
    /// The same as an address that apps open.
    #[schema(
        example = "otpauth://totp/Cazier%20judiciar:ana%40example.ro?secret=GEZDGNBVGY3TQOJQ&issuer=Cazier%20judiciar"
    )]
    pub(crate) otpauth_url: String,
    /// The same as a QR code, SVG.
    #[schema(example = "<svg …>")]
    pub(crate) qr_svg: String,
}

/// Codes for who loses the phone, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub(crate) struct RecoveryCodesResponse {
    /// Each opens the account once.
    #[schema(example = json!(["ABCDE-FGH23"]))]
    pub(crate) recovery_codes: Vec<String>,
}

/// Until when decisions may be taken.
#[derive(Serialize, ToSchema)]
#[schema(as = StepUp)]
pub(crate) struct StepUpResponse {
    /// From then on the second factor is asked for again.
    pub(crate) stepped_up_until: DateTime<Utc>,
}
