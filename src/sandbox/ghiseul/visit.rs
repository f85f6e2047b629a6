//! A person at the portal.

use super::flow::FieldError;
use crate::sandbox::persons::TestPerson;

/// A logged-in person.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) person: &'static TestPerson,
    /// Contained in every form.
    pub(super) form_token: String,
}

/// A log-in to be filled in, perhaps with an error.
pub(super) struct LogIn<'a> {
    pub(super) person: Option<&'static TestPerson>,
    pub(super) typed_cnp: &'a str,
    pub(super) error: Option<FieldError>,
}
