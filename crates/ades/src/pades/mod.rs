//! PAdES: signatures inside PDF (ETSI EN 319 142-1, ISO 32000-1, section 12.8), by one incremental update.
//!
//! The signature covers the whole file but the hole that holds the signature itself. A time-stamp goes into the hole
//! (B-T), validation data into a security store, in an update of its own (B-LT). A reader refuses
//! anything else outside of the signed bytes, so that nothing can be appended to a signed document, hidden in it or
//! covered up.

mod draft;
mod error;
mod extend;
mod file;
mod read;
mod syntax;
mod update;
mod validation_store;

pub use draft::{Draft, SignatureField};
pub use error::{MAX_PDF_BYTES, PdfError};
pub use extend::{add_signature_timestamp, add_validation_data, signature_value};
pub(super) use read::{SignedPdf, read};
#[cfg(test)]
pub(super) use validation_store::{ValidationData, append};
