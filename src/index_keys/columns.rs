//! The columns of keyed hashes. Those of certificates are made anew with what covers them (`certificates::rehash`).

/// A column of keyed hashes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hashed {
    /// The table, with its schema unless that is `public`.
    pub(super) table: &'static str,
    /// The column.
    pub(super) name: &'static str,
}

const fn of(table: &'static str, name: &'static str) -> Hashed {
    Hashed { table, name }
}

/// All columns, but for those of certificates.
pub(super) const HASHED: &[Hashed] = &[
    of("accounts", "email_index"),
    of("accounts", "person_index"),
    of("accounts", "staff_person_index"),
    of("applications", "owner_index"),
    of("applications", "person_index"),
    of("applications", "shown_entries"),
    of("email_confirmations", "email_index"),
    of("identity_verifications", "activation_code_index"),
    of("known_agents", "agent_index"),
    of("mandates", "company_index"),
    of("mandates", "person_index"),
    of("recovery_codes", "code_index"),
    of("redirect_logins", "person_index"),
    of("registrations", "email_index"),
    of("registry.civil_status", "person_index"),
    of("registry.companies", "company_index"),
    of("registry.company_criminal_records", "company_index"),
    of("registry.criminal_records", "person_index"),
    of("sandbox.mails", "to_index"),
    of("sessions", "refresh_client"),
    of("throttles", "key"),
];
