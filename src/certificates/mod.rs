//! Certificates: their content, how they are made and signed, and how holders fetch them.
//!
//! | File | What lives there |
//! | --- | --- |
//! | `issue`, `payload`, `subject`, `finding` | makes and signs the content of a certificate |
//! | `registration_number`, `control_code` | its public number and its printed code |
//! | `binding`, `facts`, `printed`, `bind_existing`, `rebind` | the keyed hashes that bind its columns |
//! | `rehash` | its hashes made anew under a later index key, and what covers them |
//! | `paper`, `printed_name`, `extract`, `extract_existing` | what verification compares: the payload, or what is kept of it for nodes that verify alone; the printed name |
//! | `status`, `level` | how it ended and why; the levels of its signatures |
//! | `corrected` | what a correction keeps |
//! | `handlers`, `files`, `documents` | fetching it: JSON, signatures, PDF, container |
//! | `export` | certificates in the export of everything about a person |
//! | `levels` | raises its signatures in the background |
//! | `mails`, `reminders` | the mails about it: expiring, revoked, superseded |

pub mod bind_existing;
pub(crate) mod binding;
pub mod control_code;
pub(crate) mod corrected;
mod documents;
pub(crate) mod export;
mod extract;
pub mod extract_existing;
pub(crate) mod facts;
mod files;
pub mod finding;
mod handlers;
pub mod issue;
mod level;
pub mod levels;
pub mod mails;
pub(crate) mod paper;
pub mod payload;
pub(crate) mod printed;
pub(crate) mod printed_name;
pub(crate) mod rebind;
pub mod registration_number;
pub(crate) mod rehash;
pub mod reminders;
mod status;
pub(crate) mod store;
mod subject;
mod types;

pub use control_code::ControlCode;
pub(crate) use level::SignatureLevel;
pub use registration_number::RegistrationNumber;
pub(crate) use status::{CertificateEnd, CertificateStatus, RevocationReason};
pub use subject::Subject;
pub(crate) use types::CertificateResponse;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of this room.
pub(crate) fn configure(routes: &mut ServiceConfig<'_>) {
    routes
        .service(handlers::list_certificates)
        .service(handlers::get_certificate)
        .service(files::get_certificate_payload)
        .service(files::get_certificate_signature)
        .service(documents::get_certificate_document)
        .service(documents::get_certificate_container);
}
