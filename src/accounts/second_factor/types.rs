//! Wire types of second factors.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::recovery_code::RecoveryCode;
use super::totp::TotpCode;
use crate::accounts::passwords::Password;
use crate::text::forms::Form;
use crate::text::{At, Opaque, Rule};

pub(super) const ONE_SECOND_FACTOR: Rule = Rule::new(
    "one_of_totp_recovery_code",
    "Send either `totp` or `recovery_code`",
    "Trimiteți fie `totp`, fie `recovery_code`",
);
pub(super) const CODE_WRONG: Rule = Rule::new(
    "totp_wrong",
    "The code is wrong, was used before, or has expired",
    "Codul este greșit, a fost deja folosit sau a expirat",
);
pub(super) const RECOVERY_CODE_WRONG: Rule = Rule::new(
    "recovery_code_wrong",
    "The recovery code is wrong or was used before",
    "Codul de rezervă este greșit sau a fost deja folosit",
);

/// The rule of a log-in, whose wrong codes are no invalid values.
pub(crate) const OF_LOG_IN: &[At] = &[("/recovery_code", ONE_SECOND_FACTOR)];
/// The rule of the first code.
pub(super) const OF_FIRST_CODE: &[At] = &[("/totp", CODE_WRONG)];
/// The rules of the second factor that is shown again.
pub(super) const OF_STEP_UP: &[At] = &[
    ("/totp", ONE_SECOND_FACTOR),
    ("/totp", CODE_WRONG),
    ("/recovery_code", ONE_SECOND_FACTOR),
    ("/recovery_code", RECOVERY_CODE_WRONG),
];

/// Sets up an authenticator.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"current_password": "trei cai albi pe deal"}))]
pub(crate) struct CreateTotpRequest {
    /// The account's password, unless a proof of presence of the last five minutes stands for it.
    pub(crate) current_password: Option<Password>,
}

/// The first code of a new authenticator.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"totp": "287082"}))]
pub(crate) struct ConfirmTotpRequest {
    /// The code shown by the app.
    pub(crate) totp: TotpCode,
}

/// The forms that [`ONE_SECOND_FACTOR`] leaves. At a log-in, where most send neither, there are none.
pub(super) const STEP_UP_FORMS: [Form; 2] = [
    Form::new("ByTotp", "The second factor, by a code of the app.", r#"{"totp": "287082"}"#)
        .needs(&["totp"])
        .without(&["recovery_code"]),
    Form::new(
        "ByRecoveryCode",
        "The second factor, by a recovery code.",
        r#"{"recovery_code": "ABCDE-FGH23"}"#,
    )
    .needs(&["recovery_code"])
    .without(&["totp"]),
];

/// The second factor, verified again: one of the two.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepUpRequest {
    /// The code shown by the app; each works once.
    pub(crate) totp: Option<TotpCode>,
    /// One of the recovery codes; each works once.
    pub(crate) recovery_code: Option<RecoveryCode>,
}

/// The status of an account's second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SecondFactorStatus)]
pub(crate) enum Status {
    /// None.
    NotSetUp,
    /// Begun, but not confirmed by a first code.
    Pending,
    /// Required at each log-in.
    Active,
}

/// An account's second factor, as its owner sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactor)]
pub(crate) struct SecondFactorResponse {
    /// Its status.
    pub(crate) status: Status,
    /// Since when it has been required.
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    /// Number of unused recovery codes.
    #[schema(example = 10)]
    pub(crate) recovery_codes_left: i64,
    /// From when a log-in removes it, if a reset was asked for; null otherwise. Stop one that you did not ask for.
    pub(crate) removed_from: Option<DateTime<Utc>>,
}

/// The set-up of an authenticator app, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = TotpEnrolment)]
pub(crate) struct TotpEnrolmentResponse {
    /// The shared secret in base 32, for typing.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub(crate) secret: String,
    /// The secret as a URI that apps open.
    #[schema(
        example = "otpauth://totp/Cazier%20judiciar:ana%40example.ro?secret=GEZDGNBVGY3TQOJQ&issuer=Cazier%20judiciar"
    )]
    pub(crate) otpauth_url: String,
    /// The URI as a QR code (SVG).
    #[schema(example = "<svg …>")]
    pub(crate) qr_svg: String,
}

/// Recovery codes in case the phone is lost, shown once.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodeList)]
pub(crate) struct RecoveryCodesResponse {
    /// Each works once in place of the second factor.
    #[schema(example = json!(["ABCDE-FGH23"]))]
    pub(crate) recovery_codes: Vec<String>,
}

/// How long decisions may be taken.
#[derive(Serialize, ToSchema)]
#[schema(as = StepUp)]
pub(crate) struct StepUpResponse {
    /// After this time, the second factor must be verified again.
    pub(crate) stepped_up_until: DateTime<Utc>,
}

/// Stops the reset of a second factor.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "czs_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]
pub(crate) struct StopResetRequest {
    /// The token from the mailed link (after `token=`).
    pub(crate) token: Opaque<1, 128>,
}

/// A lost second factor that is going to be removed.
#[derive(Serialize, ToSchema)]
#[schema(as = SecondFactorReset)]
pub(crate) struct ResetResponse {
    /// From then on a log-in needs no second factor, and removes it, unless its owner stops that before.
    pub(crate) removed_from: DateTime<Utc>,
}
