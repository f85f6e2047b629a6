//! The encrypted columns, each with the column that names the cell of a value.

use crate::person::Column;

/// An encrypted column.
#[derive(Debug)]
pub(super) struct Encrypted {
    /// The name that is authenticated with its values: table and column.
    pub(super) column: Column,
    /// Where they are stored, if that is another place.
    elsewhere: Option<&'static str>,
    /// The column of the same row whose id is authenticated with the value.
    pub(super) row: &'static str,
}

impl Encrypted {
    /// Returns the table, with its schema unless that is `public`.
    pub(super) fn table(&self) -> String {
        self.parts().0
    }

    /// Returns the name of the column.
    pub(super) fn name(&self) -> String {
        self.parts().1
    }

    fn parts(&self) -> (String, String) {
        let whole = self.elsewhere.map_or_else(|| self.column.to_string(), str::to_owned);
        let (table, name) = whole.rsplit_once('.').unwrap_or_default();
        (table.to_owned(), name.to_owned())
    }
}

const fn of(column: Column) -> Encrypted {
    by("id", column)
}

const fn by(row: &'static str, column: Column) -> Encrypted {
    Encrypted { column, elsewhere: None, row }
}

/// A column whose values move to another when they have proved right.
const fn at(elsewhere: &'static str, row: &'static str, column: Column) -> Encrypted {
    Encrypted { column, elsewhere: Some(elsewhere), row }
}

/// All columns that are stored. Values move forward in this list only: none passes from a column that is still to be
/// walked to one that is done.
pub(super) const ENCRYPTED: &[Encrypted] = &[
    at("email_confirmations.email", "account_id", Column::ACCOUNTS_EMAIL),
    of(Column::ACCOUNTS_EMAIL),
    of(Column::ACCOUNTS_PERSON),
    of(Column::ACCOUNTS_PHONE),
    of(Column::APPLICATION_EVENTS_NOTE),
    of(Column::APPLICATIONS_MATTER),
    of(Column::APPLICATIONS_REASON_DETAIL),
    of(Column::CERTIFICATE_DOCUMENTS_CONTENT),
    of(Column::CERTIFICATES_CONTROL_CODE),
    of(Column::CERTIFICATES_PAYLOAD),
    by("response_id", Column::IDEMPOTENCY_KEYS_RESPONSE),
    of(Column::IDENTITY_VERIFICATIONS_CLAIM),
    of(Column::IDENTITY_VERIFICATIONS_DOCUMENT),
    of(Column::IDENTITY_VERIFICATIONS_NOTE),
    of(Column::IDENTITY_VERIFICATIONS_SECRETS),
    of(Column::JOBS_PAYLOAD),
    of(Column::MANDATES_COMPANY),
    of(Column::MANDATES_NOTE),
    of(Column::OAUTH_PUSHED_REQUESTS_PARAMETERS),
    of(Column::REDIRECT_LOGINS_SECRETS),
    of(Column::REGISTRATIONS_EMAIL),
    of(Column::REGISTRATIONS_PHONE),
    of(Column::REGISTRY_CIVIL_STATUS_RECORD),
    of(Column::REGISTRY_COMPANIES_RECORD),
    of(Column::REGISTRY_COMPANY_CRIMINAL_RECORDS_ENTRY),
    of(Column::REGISTRY_CRIMINAL_RECORDS_ENTRY),
    of(Column::SANDBOX_MAILS_MAIL),
    of(Column::SANDBOX_PERSONS_PERSON),
    of(Column::SESSIONS_REFRESH_ANSWER),
    of(Column::SUPPORT_ANSWERS_TEXT),
    of(Column::SUPPORT_REQUESTS_EMAIL),
    of(Column::SUPPORT_REQUESTS_MESSAGE),
    by("account_id", Column::TOTP_SECRETS_SECRET),
    of(Column::WEBHOOK_SECRETS_SECRET),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stored_column_is_encrypted_again() {
        let named = ENCRYPTED.iter().filter(|encrypted| encrypted.elsewhere.is_none());
        let mut ours: Vec<String> = named.map(|encrypted| encrypted.column.to_string()).collect();
        // In an address, for a quarter of an hour, and in no table.
        ours.push(Column::VERIFY_PAGE_SEEN.to_string());
        // Under keys that are derived from the index keys.
        ours.push(Column::CERTIFICATES_LOGGED_AS.to_string());
        ours.sort();
        let mut all: Vec<&str> = Column::ALL.iter().map(|(_, name)| *name).collect();
        all.sort_unstable();
        assert_eq!(ours, all);
    }

    #[test]
    fn a_column_whose_values_move_stands_before_the_one_they_move_to() {
        for (place, from) in ENCRYPTED.iter().enumerate().filter(|(_, from)| from.elsewhere.is_some()) {
            let target = from.column.to_string();
            let to =
                ENCRYPTED.iter().position(|to| to.elsewhere.is_none() && to.column.to_string() == target);
            assert!(to.is_some_and(|to| place < to), "{from:?}");
        }
    }
}
