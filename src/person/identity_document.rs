//! The document by which an officer identifies a person.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text;
use crate::text::Rule;

/// The series does not fit the kind of document.
pub const DOCUMENT_SERIES: Rule = Rule::new(
    "document_series",
    "An identity card has a series of two letters; other documents at most three letters or none",
    "Cartea de identitate are seria din două litere; alte documente, cel mult trei litere sau niciuna",
);

/// The number does not fit the kind of document.
pub const DOCUMENT_NUMBER: Rule = Rule::new(
    "document_number",
    "An identity card has a number of 6 digits (electronic: 6 or 7); other documents 5 to 14 letters or digits",
    "Cartea de identitate are numărul din 6 cifre (cea electronică: 6 sau 7); alte documente, din 5–14 litere sau cifre",
);

/// The kinds of document that prove an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// *Carte de identitate*: two letters and 6 digits.
    IdentityCard,
    /// *Carte electronică de identitate*: two letters and 6 or 7 digits.
    ElectronicIdentityCard,
    /// A passport of any state; its number follows ICAO Doc 9303.
    Passport,
    /// A residence permit of a foreigner in Romania.
    ResidencePermit,
}

/// Kind, series and number of an identity document, in upper case.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityDocument {
    kind: DocumentKind,
    series: Option<String>,
    number: String,
}

impl IdentityDocument {
    /// Parses a series and a number in either case, with or without spaces and dashes; an empty series is `None`.
    ///
    /// # Errors
    /// [`DOCUMENT_SERIES`] or [`DOCUMENT_NUMBER`].
    pub fn parse(kind: DocumentKind, series: Option<&str>, number: &str) -> Result<Self, &'static Rule> {
        let series = series.map(text::freed).filter(|series| !series.is_empty());
        let number = text::freed(number);
        if !series_fits(kind, series.as_deref()) {
            return Err(&DOCUMENT_SERIES);
        }
        if !number_fits(kind, &number) {
            return Err(&DOCUMENT_NUMBER);
        }
        Ok(Self {
            kind,
            series: series.map(|series| series.to_ascii_uppercase()),
            number: number.to_ascii_uppercase(),
        })
    }

    /// Returns the kind of document.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// Returns the series in upper case, if the document has one.
    #[must_use]
    pub fn series(&self) -> Option<&str> {
        self.series.as_deref()
    }

    /// Returns the number in upper case.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl fmt::Debug for IdentityDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityDocument({:?}, …)", self.kind)
    }
}

fn series_fits(kind: DocumentKind, series: Option<&str>) -> bool {
    let series = series.unwrap_or_default();
    let lengths = match kind {
        DocumentKind::IdentityCard | DocumentKind::ElectronicIdentityCard => 2..=2,
        DocumentKind::Passport | DocumentKind::ResidencePermit => 0..=3,
    };
    lengths.contains(&series.len()) && series.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn number_fits(kind: DocumentKind, number: &str) -> bool {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    match kind {
        DocumentKind::IdentityCard => digits && number.len() == 6,
        DocumentKind::ElectronicIdentityCard => digits && (6..=7).contains(&number.len()),
        DocumentKind::Passport | DocumentKind::ResidencePermit => {
            (5..=14).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DocumentKind::{ElectronicIdentityCard, IdentityCard, Passport, ResidencePermit};
    use super::*;

    #[test]
    fn documents_of_each_kind_are_read() {
        for (kind, series, number, read) in [
            (IdentityCard, Some("rx"), "123456", (Some("RX"), "123456")),
            (ElectronicIdentityCard, Some("CJ"), "123456", (Some("CJ"), "123456")),
            (ElectronicIdentityCard, Some("CJ"), "1234567", (Some("CJ"), "1234567")),
            (Passport, None, "052345678", (None, "052345678")),
            (Passport, Some(""), "c01x00t47", (None, "C01X00T47")),
            (ResidencePermit, Some("RO"), "1234567", (Some("RO"), "1234567")),
        ] {
            let document = IdentityDocument::parse(kind, series, number).unwrap();
            assert_eq!(document.kind(), kind);
            assert_eq!((document.series(), document.number()), read);
        }
    }

    #[test]
    fn a_series_that_does_not_fit_is_refused() {
        for (kind, series) in [
            (IdentityCard, None),
            (IdentityCard, Some("R")),
            (IdentityCard, Some("RXX")),
            (IdentityCard, Some("R1")),
            (ElectronicIdentityCard, Some("ă")), // two octets, one letter
            (Passport, Some("ABCD")),
            (ResidencePermit, Some("A.B")),
        ] {
            assert_eq!(
                IdentityDocument::parse(kind, series, "123456"),
                Err(&DOCUMENT_SERIES),
                "{kind:?} {series:?}"
            );
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused() {
        for (kind, number) in [
            (IdentityCard, ""),
            (IdentityCard, "12345"),
            (IdentityCard, "1234567"),
            (IdentityCard, "12345a"),
            (ElectronicIdentityCard, "12345678"),
            (Passport, "1234"),
            (Passport, "123456789012345"),
            (Passport, "1234.5678"),
            (ResidencePermit, "țțțțț"),
        ] {
            assert_eq!(
                IdentityDocument::parse(kind, Some("RX"), number),
                Err(&DOCUMENT_NUMBER),
                "{kind:?} {number}"
            );
        }
    }

    #[test]
    fn kinds_have_stable_codes() {
        let codes = serde_json::to_string(&[IdentityCard, ElectronicIdentityCard, Passport, ResidencePermit])
            .unwrap();
        assert_eq!(codes, r#"["identity_card","electronic_identity_card","passport","residence_permit"]"#);
    }

    #[test]
    fn debug_shows_the_kind_alone() {
        let document = IdentityDocument::parse(IdentityCard, Some("RX"), "123456").unwrap();
        assert_eq!(format!("{document:?}"), "IdentityDocument(IdentityCard, …)");
    }
}
