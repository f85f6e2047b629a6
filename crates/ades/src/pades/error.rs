//! Why a PDF is refused.

use thiserror::Error;

/// A larger PDF is refused unread.
pub const MAX_PDF_BYTES: usize = 5 * 1024 * 1024;

/// Why a file is not a PDF that can be signed, or not one that is signed as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PdfError {
    /// Larger than [`MAX_PDF_BYTES`].
    #[error("the PDF is larger than {MAX_PDF_BYTES} bytes")]
    TooLarge,
    /// Not PDF, or written in a way that is not read here (compressed cross-references, encryption).
    #[error("not a PDF of the profile: {0}")]
    Syntax(&'static str),
    /// There is no signature in it, or more than one.
    #[error("the PDF has not exactly one signature")]
    Signatures,
    /// The signature is of another kind.
    #[error("the signature is not ETSI.CAdES.detached")]
    Format,
    /// The signature leaves out a part of the file: something was appended, or hidden from it.
    #[error("the signature does not cover the whole file")]
    Coverage,
    /// It has a security store or extensions already, or the store is not such as is written here.
    #[error("the document security store is not of the profile")]
    Store,
    /// The signature does not fit the hole that was kept for it.
    #[error("the signature is larger than the space reserved for it")]
    Space,
}
