//! The files that people hold: the certificate as PDF, the European form, the container. Made off the issuing path,
//! when they are first asked for, and then kept as issued: nobody ever gets another file for the same certificate.

mod desk;
mod handlers;
mod kind;
mod store;
mod types;

pub(super) use handlers::{get_certificate_container, get_certificate_document};
