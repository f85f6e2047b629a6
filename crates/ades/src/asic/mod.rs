//! ASiC-E: a container of files with one CAdES signature over all of them (ETSI EN 319 162-1), in ZIP.
//!
//! The signature covers the manifest, which holds the digest of every file. The profile is narrow on purpose: files are
//! stored and not compressed, names are plain, and a container has one form only: a reader writes it
//! again and compares the bytes. So there is no room for bombs, for two files of one name, for paths that lead elsewhere,
//! or for anything before, between or after the files.

mod error;
mod extend;
mod manifest;
mod read;
mod write;

pub use error::{ContainerError, MAX_CONTAINER_BYTES};
pub use extend::{add_signature_timestamp, add_validation_data, signature_value};
pub(super) use manifest::manifest;
pub use read::Container;
pub(super) use read::read;
pub(super) use write::write;

/// The media type of a container, and the content of its first file.
pub const MEDIA_TYPE: &str = "application/vnd.etsi.asic-e+zip";

/// More files in one container are refused.
const MAX_FILES: usize = 8;
const MIMETYPE: &str = "mimetype";
const MANIFEST: &str = "META-INF/ASiCManifest.xml";
const SIGNATURE: &str = "META-INF/signature.p7s";

/// A signed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataObject {
    /// Its name: letters, digits, dots, dashes and underscores.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// The media type of a file, by its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("json") => "application/json",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// Whether a name can mean nothing but a file beside the others.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (1..=100).contains(&name.len()) && !name.starts_with('.') && name != MIMETYPE && name.chars().all(plain)
}
