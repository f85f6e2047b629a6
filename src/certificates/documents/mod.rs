//! The files that people hold: the certificate as PDF, the European form, the container. Made off the issuing path,
//! when they are first asked for, and then kept: nobody ever gets another file for the same certificate. Afterwards, in
//! the background, they get a time-stamp and revocation data; what is signed in them stays as it is.

mod desk;
mod handlers;
mod kind;
pub(super) mod levels;
mod store;
mod types;

pub(super) use handlers::{get_certificate_container, get_certificate_document};
