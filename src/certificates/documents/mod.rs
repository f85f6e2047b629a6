//! The files for people: the certificate as PDF, the European form, the container. Made on the first request, not at
//! the issue, and then kept: everybody gets the same file. Later, in the background, they get a time-stamp and
//! revocation data; their signed content never changes.

mod desk;
mod handlers;
mod kind;
pub(super) mod levels;
mod store;
mod types;

pub(super) use handlers::{get_certificate_container, get_certificate_document};
