//! The certificate as the statements that issue one take it: `certificate.sql` inserts it for the application of the row
//! named `issued`, the same for both.

use chrono::NaiveDate;
use diesel::sql_types::{Binary, Date, Text, Uuid as SqlUuid};
use uuid::Uuid;

use crate::certificates::issue::Draft;
use crate::db::input::input;

input! {
    /// The columns of a certificate.
    pub(super) struct CertificateInput<'a> {
        certificate_id: Uuid as SqlUuid,
        registration_number: &'a str as Text,
        control_code_index: &'a [u8] as Binary,
        control_code: &'a [u8] as Binary,
        finding: &'a str as Text,
        issued_on: NaiveDate as Date,
        valid_until: NaiveDate as Date,
        payload: &'a [u8] as Binary,
        cades: &'a [u8] as Binary,
        jades: &'a str as Text,
        signer_fingerprint: &'a [u8] as Binary,
        facts_mac: &'a [u8] as Binary,
        status_mac: &'a [u8] as Binary,
        extract: &'a [u8] as Binary,
    }
}

impl<'a> CertificateInput<'a> {
    /// Takes the columns from a signed draft.
    pub(super) fn of(draft: &'a Draft) -> Self {
        Self {
            certificate_id: draft.id,
            registration_number: draft.registration_number.as_str(),
            control_code_index: &draft.control_code_index,
            control_code: &draft.encrypted_control_code,
            finding: draft.finding.as_str(),
            issued_on: draft.issued_on,
            valid_until: draft.valid_until,
            payload: &draft.encrypted_payload,
            cades: &draft.cades,
            jades: &draft.jades,
            signer_fingerprint: &draft.signer_fingerprint,
            facts_mac: &draft.facts_mac,
            status_mac: &draft.status_mac,
            extract: &draft.extract,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::applications::finish::{self, FinishInput};
    use crate::applications::issue::{self, IssueInput};
    use crate::db::input::Input;

    /// The words of a statement.
    fn words(text: &str) -> Vec<&str> {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect()
    }

    #[test]
    fn each_statement_has_each_column_once_and_uses_it() {
        for (columns, text) in [(IssueInput::columns(), issue::TEXT), (FinishInput::columns(), finish::TEXT)]
        {
            let columns: Vec<_> = columns.split(", ").collect();
            for (at, column) in columns.iter().enumerate() {
                assert!(words(text).contains(column), "{column} is stored nowhere");
                assert!(!columns[..at].contains(column), "{column} stands twice");
            }
        }
    }
}
