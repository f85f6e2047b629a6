//! The forms of a request of which exactly one is sent, such as a number with a CNP or with a control code.
//!
//! A request is one type with optional fields, and rules between them refuse what is none of the forms. The forms stand
//! beside these rules; the contract writes each out as a type of its own, and the request as `oneOf` them. So generated
//! clients cannot build what is refused. A form leaves the fields of the others out; the service reads null there as
//! left out, as it does everywhere.
//!
//! Written out are choices between fields of JSON that the request alone decides. Others are left to their rules:
//!
//! - fields of which at most one is sent (`totp` and `recovery_code` of a log-in): most log-ins have neither;
//! - query parameters and parts of uploads: OpenAPI has no `oneOf` for the former, generators of clients none for the latter;
//! - what the stored state decides (`ecris_extract` of a review);
//! - answers: their fields are there in every state, null where there is nothing. A client reads them without asking for
//!   the state first, and a new state breaks no client.

use serde::Serialize;

/// The extension in which an operation declares the forms of its request: `extensions(("x-forms" = json!(FORMS)))`.
pub const FORMS: &str = "x-forms";

/// One form of a request.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Form {
    /// Follows the request's name in the name of this form, as `ByCnp` follows `VerifyRequest`.
    name: &'static str,
    /// What it is.
    told: &'static str,
    /// JSON.
    example: &'static str,
    /// The field whose value tells the form, and this value.
    tag: Option<(&'static str, &'static str)>,
    /// The optional fields that this form needs.
    needs: &'static [&'static str],
    /// The fields of other forms.
    without: &'static [&'static str],
}

impl Form {
    /// Defines a form; meant for `const` items.
    #[must_use]
    pub const fn new(name: &'static str, told: &'static str, example: &'static str) -> Self {
        Self { name, told, example, tag: None, needs: &[], without: &[] }
    }

    /// Tells the form by the value of a field.
    #[must_use]
    pub const fn if_is(self, field: &'static str, value: &'static str) -> Self {
        Self { tag: Some((field, value)), ..self }
    }

    /// Needs these optional fields.
    #[must_use]
    pub const fn needs(self, fields: &'static [&'static str]) -> Self {
        Self { needs: fields, ..self }
    }

    /// Has none of these fields.
    #[must_use]
    pub const fn without(self, fields: &'static [&'static str]) -> Self {
        Self { without: fields, ..self }
    }
}
