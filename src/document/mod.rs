//! The document for people: the certificate as PDF/A-3a and PDF/UA-1, made from the signed payload and nothing else,
//! with the payload and its signature attached.
//!
//! | Module | What lives there |
//! | --- | --- |
//! | [`certificate`] | the certificate, with its texts: Romanian, or Romanian and English; its title is the service's name (`services::catalogue`) |
//! | [`eu_form`] | the multilingual standard form of Regulation (EU) 2016/1191 |
//! | `payload.rs` | parses the signed bytes |
//! | `column.rs` `blocks.rs` `sheet.rs` | text in columns; paragraphs, rows, panels; A4 sheets, their marks and structure |
//! | `style.rs` `typeface.rs` `line.rs` `qr.rs` `time.rs` | type, embedded fonts (`fonts/`), shaped lines, QR codes, dates |
//! | `verification.rs` | the panel that says how to verify the document |
//! | `pdf.rs` | writes the sheets and their metadata as a file |
//!
//! The same input gives the same bytes on every node: no clock, no randomness, dates from the payload.

mod blocks;
pub mod certificate;
mod column;
pub mod eu_form;
mod line;
mod payload;
mod pdf;
mod qr;
mod sheet;
mod style;
#[cfg(test)]
mod tests;
mod time;
mod typeface;
mod verification;

use krilla::embed::AssociationKind;
use pdf::Attachment;
pub use typeface::is_printable;

/// Why rendering failed. Reveals none of the payload's values.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The signed bytes are not a payload.
    #[error("the payload cannot be read at column {0}")]
    Payload(usize),
    /// The payload has a newer version than this program knows.
    #[error("the payload is of another version")]
    Version,
    /// The payload lacks the holder's name.
    #[error("the payload names nobody")]
    NoName,
    /// The certificate shows a record: the multilingual form is only for certificates without one.
    #[error("the certificate shows a record")]
    NotClean,
    /// An embedded font is broken.
    #[error("a font cannot be loaded")]
    Font,
    /// The URL is too long for a QR code.
    #[error("the verification URL does not fit a QR code")]
    Qr,
    /// A rectangle without an area.
    #[error("a shape has no area")]
    Geometry,
    /// A file could not be attached.
    #[error("a file cannot be attached")]
    Attachment,
    /// The PDF library failed, or its output would not be PDF/A-3a and PDF/UA-1.
    #[error("cannot write the PDF: {0}")]
    Pdf(String),
}

/// A certificate's signed bytes and the signature over them.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    /// The payload: canonical JSON.
    pub payload: &'a [u8],
    /// The detached CAdES signature over it, in DER.
    pub cades: &'a [u8],
}

impl Signed<'_> {
    /// Returns the payload and its signature as attachments: the document's source and its proof.
    fn attachments(&self, number: &str) -> Vec<Attachment> {
        vec![
            Attachment {
                name: format!("{number}.json"),
                media_type: "application/json",
                description: "Conținutul semnat, JSON canonic (RFC 8785)",
                relationship: AssociationKind::Source,
                bytes: self.payload.to_vec(),
            },
            Attachment {
                name: format!("{number}.json.p7s"),
                media_type: "application/pkcs7-signature",
                description: "Semnătura CAdES detașată a conținutului",
                relationship: AssociationKind::Data,
                bytes: self.cades.to_vec(),
            },
        ]
    }
}
