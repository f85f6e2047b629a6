//! How a certificate is checked.

use serde::Serialize;
use utoipa::ToSchema;

use crate::text::coded;

/// What accompanies the number of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CheckedBy {
    /// The personal numeric code of its holder.
    Cnp,
    /// The fiscal code of its holder, a legal person.
    Cui,
    /// The printed control code.
    ControlCode,
}

coded! {
    /// The method of a logged check.
    pub(crate) enum CheckMethod in "certificate_checks.method" {
        /// By number and personal numeric code.
        Cnp = "cnp",
        /// By number and fiscal code.
        Cui = "cui",
        /// By number and control code.
        ControlCode = "control_code",
        /// By its files.
        Signature = "signature",
    }
}

impl From<CheckedBy> for CheckMethod {
    fn from(checked_by: CheckedBy) -> Self {
        match checked_by {
            CheckedBy::Cnp => Self::Cnp,
            CheckedBy::Cui => Self::Cui,
            CheckedBy::ControlCode => Self::ControlCode,
        }
    }
}
