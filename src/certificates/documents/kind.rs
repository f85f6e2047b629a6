//! The files that can be asked for.

use crate::document::eu_form::Language;
use ades::{Signed, asic};

/// A file that can be asked for.
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
    /// As the database knows it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::EuForm(_) => "eu_form",
            Self::Container => "container",
        }
    }

    /// The language under which it is kept: that of the application, unless the form has its own.
    pub(super) fn language(self, application: &str) -> &str {
        match self {
            Self::Certificate | Self::Container => application,
            Self::EuForm(language) => language.tag(),
        }
    }

    /// Such a file, for whoever reads its signature.
    pub(super) const fn signed(self, bytes: &[u8]) -> Signed<'_> {
        match self {
            Self::Certificate | Self::EuForm(_) => Signed::Pdf(bytes),
            Self::Container => Signed::Container(bytes),
        }
    }

    /// What the file is called on the holder's disk.
    pub(super) fn file_name(self, number: &str) -> String {
        match self {
            Self::Certificate => format!("certificat-cazier-judiciar-{number}.pdf"),
            Self::EuForm(language) => format!("formular-ue-{}-{number}.pdf", language.tag()),
            Self::Container => format!("certificat-cazier-judiciar-{number}.asice"),
        }
    }

    /// The media type of the file.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Certificate | Self::EuForm(_) => "application/pdf",
            Self::Container => asic::MEDIA_TYPE,
        }
    }
}
