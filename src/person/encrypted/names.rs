//! The names that encrypted values and keyed hashes are bound to, each in one place. They are part of the data at rest:
//! a value that was encrypted or indexed under one name cannot be found or decrypted under another, so a name never
//! changes.
//!
//! Only these constants can be given to a [`super::Keyring`]: no other code can make a value of these types.

use std::fmt;

use uuid::Uuid;

use super::Cell;

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($constant:ident = $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(&'static str);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }
        }

        impl $name {
            $(#[doc = concat!("`", $text, "`.")] pub const $constant: Self = Self($text);)*

            /// Returns the name for the cipher or the hash.
            pub(super) const fn as_str(self) -> &'static str {
                self.0
            }

            /// Makes a name for a test.
            #[cfg(test)]
            pub(super) const fn named(name: &'static str) -> Self {
                Self(name)
            }

            /// Each constant's identifier and name.
            #[cfg(test)]
            pub(crate) const ALL: &'static [(&'static str, &'static str)] =
                &[$((stringify!($constant), $text),)*];
        }
    };
}

names! {
    /// An encrypted column: `table.column`, part of the associated data of its values.
    Column {
        ACCOUNTS_EMAIL = "accounts.email";
        ACCOUNTS_PERSON = "accounts.person";
        ACCOUNTS_PHONE = "accounts.phone";
        APPLICATION_EVENTS_NOTE = "application_events.note";
        APPLICATIONS_MATTER = "applications.matter";
        APPLICATIONS_REASON_DETAIL = "applications.reason_detail";
        CERTIFICATE_DOCUMENTS_CONTENT = "certificate_documents.content";
        CERTIFICATES_CONTROL_CODE = "certificates.control_code";
        CERTIFICATES_LOGGED_AS = "certificates.logged_as";
        CERTIFICATES_PAYLOAD = "certificates.payload";
        IDEMPOTENCY_KEYS_RESPONSE = "idempotency_keys.response";
        IDENTITY_VERIFICATIONS_CLAIM = "identity_verifications.claim";
        IDENTITY_VERIFICATIONS_DOCUMENT = "identity_verifications.document";
        IDENTITY_VERIFICATIONS_NOTE = "identity_verifications.note";
        IDENTITY_VERIFICATIONS_SECRETS = "identity_verifications.secrets";
        JOBS_PAYLOAD = "jobs.payload";
        MANDATES_COMPANY = "mandates.company";
        MANDATES_NOTE = "mandates.note";
        OAUTH_PUSHED_REQUESTS_PARAMETERS = "oauth_pushed_requests.parameters";
        REDIRECT_LOGINS_SECRETS = "redirect_logins.secrets";
        REGISTRATIONS_EMAIL = "registrations.email";
        REGISTRATIONS_PHONE = "registrations.phone";
        REGISTRY_CIVIL_STATUS_RECORD = "registry.civil_status.record";
        REGISTRY_COMPANIES_RECORD = "registry.companies.record";
        REGISTRY_COMPANY_CRIMINAL_RECORDS_ENTRY = "registry.company_criminal_records.entry";
        REGISTRY_CRIMINAL_RECORDS_ENTRY = "registry.criminal_records.entry";
        SANDBOX_MAILS_MAIL = "sandbox.mails.mail";
        SANDBOX_PERSONS_PERSON = "sandbox.persons.person";
        SESSIONS_REFRESH_ANSWER = "sessions.refresh_answer";
        SUPPORT_ANSWERS_TEXT = "support_answers.text";
        SUPPORT_REQUESTS_EMAIL = "support_requests.email";
        SUPPORT_REQUESTS_MESSAGE = "support_requests.message";
        TOTP_SECRETS_SECRET = "totp_secrets.secret";
        VERIFY_PAGE_SEEN = "verify.page.seen";
        WEBHOOK_SECRETS_SECRET = "webhook_secrets.secret";
    }
}

names! {
    /// What a keyed hash stands for; equal values under different names have different hashes. Those that begin with
    /// `rate_limit.` name what a rate limit counts.
    Index {
        ACCOUNTS_EMAIL = "accounts.email";
        APPLICATIONS_SHOWN_ENTRIES = "applications.shown_entries";
        CERTIFICATES_CONTROL_CODE = "certificates.control_code";
        CERTIFICATES_EXTRACT = "certificates.extract";
        CERTIFICATES_NAME = "certificates.name";
        COMPANY_CUI = "company.cui";
        IDENTITY_VERIFICATIONS_ACTIVATION_CODE = "identity_verifications.activation_code";
        INDEX_AGAIN = "index again";
        INSTALLATION = "installation";
        KNOWN_AGENTS_AGENT = "known_agents.agent";
        LOG_KEY = "log.key";
        MARKS = "marks";
        MARKS_OF_SENDER = "marks.of_sender";
        PERSON_CNP = "person.cnp";
        RECOVERY_CODES_CODE = "recovery_codes.code";
        REGISTRY_CNP = "registry.cnp";
        REGISTRY_CUI = "registry.cui";
        REPEATED_REFRESHES = "repeated_refreshes";
        SANDBOX_MAILS_TO = "sandbox.mails.to";
        SANDBOX_PERSONS = "sandbox.persons";
        SENDER = "sender";
        SESSIONS_REFRESH_CLIENT = "sessions.refresh_client";
        RATE_LIMIT_ACTIVATION_CODE = "rate_limit.activation_code";
        RATE_LIMIT_ACTIVATION_CODE_TRIES = "rate_limit.activation_code_tries";
        RATE_LIMIT_ASSERTIONS = "rate_limit.assertions";
        RATE_LIMIT_CONFIRMATION = "rate_limit.confirmation";
        RATE_LIMIT_CURRENT_PASSWORD = "rate_limit.current_password";
        RATE_LIMIT_CURRENT_PASSWORD_SESSION = "rate_limit.current_password.session";
        RATE_LIMIT_DEVICE = "rate_limit.device";
        RATE_LIMIT_EMAIL_CHANGES = "rate_limit.email_changes";
        RATE_LIMIT_EXPORTS = "rate_limit.exports";
        RATE_LIMIT_LOG_IN = "rate_limit.log_in";
        RATE_LIMIT_MANDATES = "rate_limit.mandates";
        RATE_LIMIT_ON_BEHALF = "rate_limit.on_behalf";
        RATE_LIMIT_PASSWORD = "rate_limit.password";
        RATE_LIMIT_PASSWORD_RESET = "rate_limit.password_reset";
        RATE_LIMIT_PASSWORD_RESET_DEVICE = "rate_limit.password_reset.device";
        RATE_LIMIT_PASSWORD_RESET_SENDER = "rate_limit.password_reset.sender";
        RATE_LIMIT_PASSWORD_RESET_SENDER_MAILBOX = "rate_limit.password_reset.sender_mailbox";
        RATE_LIMIT_PASSWORD_SENDER = "rate_limit.password.sender";
        RATE_LIMIT_PUSHED_REQUESTS = "rate_limit.pushed_requests";
        RATE_LIMIT_REDIRECTS = "rate_limit.redirects";
        RATE_LIMIT_REGISTRATION = "rate_limit.registration";
        RATE_LIMIT_REGISTRATION_SENDER = "rate_limit.registration.sender";
        RATE_LIMIT_REGISTRATION_SENDER_MAILBOX = "rate_limit.registration.sender_mailbox";
        RATE_LIMIT_SECOND_FACTOR = "rate_limit.second_factor";
        RATE_LIMIT_SECOND_FACTOR_CAMPAIGN = "rate_limit.second_factor.campaign";
        RATE_LIMIT_SECOND_FACTOR_FORGIVEN = "rate_limit.second_factor.forgiven";
        RATE_LIMIT_SECOND_FACTOR_RESETS = "rate_limit.second_factor.resets";
        RATE_LIMIT_SUPPORT = "rate_limit.support";
        RATE_LIMIT_SUPPORT_ACCOUNT = "rate_limit.support.account";
        RATE_LIMIT_SUPPORT_ORIGIN_MAILBOX = "rate_limit.support.origin_mailbox";
        RATE_LIMIT_SUPPORT_PUBLIC = "rate_limit.support.public";
        RATE_LIMIT_SUPPORT_SENDER = "rate_limit.support.sender";
        RATE_LIMIT_VERIFY = "rate_limit.verify";
        RATE_LIMIT_VERIFY_NAME = "rate_limit.verify.name";
        RATE_LIMIT_VERIFY_SENDER = "rate_limit.verify.sender";
        RATE_LIMIT_VERIFY_SIGNATURE = "rate_limit.verify.signature";
        RATE_LIMIT_WEBHOOKS = "rate_limit.webhooks";
    }
}

names! {
    /// What a bond ([`super::Keyring::bind`]) holds together.
    Bond {
        CERTIFICATE_DOCUMENTS_1 = "certificate_documents 1";
        CERTIFICATES_FACTS_1 = "certificates.facts 1";
        CERTIFICATES_STATUS_1 = "certificates.status 1";
    }
}

impl Column {
    /// This column's cell in a row.
    #[must_use]
    pub const fn at(self, row: Uuid) -> Cell {
        Cell { column: self, row }
    }
}
