//! What hands a person over.

use super::provider::Client;

/// The form that the browser posts to the Hub.
pub(super) struct Handover<'a> {
    pub(super) hub: &'a Client,
    pub(super) assertion: String,
    pub(super) client_id: String,
    pub(super) return_url: String,
}
