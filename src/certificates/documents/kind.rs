//! The kinds of documents.

use crate::document::eu_form::Language;
use crate::http::Locale;
use crate::text::coded;
use ades::{Signed, asic};

coded! {
    /// The kind of a stored file.
    pub(in crate::certificates) enum FileKind in "certificate_documents.kind" {
        /// The certificate as PDF.
        Certificate = "certificate",
        /// The form of Regulation (EU) 2016/1191 as PDF, in one of its languages.
        EuForm = "eu_form",
        /// The signed bytes and the PDF in a container.
        Container = "container",
    }
}

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The certificate as PDF.
    Certificate,
    /// The form of Regulation (EU) 2016/1191 as PDF.
    EuForm(Language),
    /// The signed bytes and the PDF in a container.
    Container,
}

impl Kind {
    /// Returns the kind under which the file is stored.
    pub(super) const fn file_kind(self) -> FileKind {
        match self {
            Self::Certificate => FileKind::Certificate,
            Self::EuForm(_) => FileKind::EuForm,
            Self::Container => FileKind::Container,
        }
    }

    /// Returns the language under which the file is stored: the application's, unless the form has its own.
    pub(super) fn language(self, application: Locale) -> &'static str {
        match self {
            Self::Certificate | Self::Container => application.as_str(),
            Self::EuForm(language) => language.tag(),
        }
    }

    /// Returns the file for the verifier.
    pub(super) const fn signed(self, bytes: &[u8]) -> Signed<'_> {
        match self {
            Self::Certificate | Self::EuForm(_) => Signed::Pdf(bytes),
            Self::Container => Signed::Container(bytes),
        }
    }

    /// Returns the file name for downloads.
    pub(super) fn file_name(self, number: &str) -> String {
        match self {
            Self::Certificate => format!("certificat-cazier-judiciar-{number}.pdf"),
            Self::EuForm(language) => format!("formular-ue-{}-{number}.pdf", language.tag()),
            Self::Container => format!("certificat-cazier-judiciar-{number}.asice"),
        }
    }

    /// Returns the file's media type.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Certificate | Self::EuForm(_) => "application/pdf",
            Self::Container => asic::MEDIA_TYPE,
        }
    }
}
