//! The table: what each role may do with each table and column. What is not here is revoked.
//!
//! A new table needs a line (`tests/api/database/roles.rs` compares this file with the database); a node of the previous version
//! runs with these rights too while an installation is being updated, so a right goes only after the last version that
//! needs it.
//!
//! Nobody but the owner may change or delete what was recorded: `audit_events`, `certificate_checks`, `trust_lists`, the
//! issued data of `certificates`, the history of `seal_keys`, and the tamper-evident log, which the worker appends to.

use super::rights::{APPEND, Line, READ, read_of, table};

/// What revokes or supersedes a certificate. The hash of its facts is among it, for rows from before there were hashes.
const END: &[&str] = &["ended_as", "ended_at", "end_reason", "superseded_by", "status_mac", "facts_mac"];
/// The same, and what the worker adds: the time of the next attempt to raise the level of its signatures, the extract of the
/// payload for rows from before there were extracts.
const END_AND_WORK: &[&str] = &[
    "ended_as",
    "ended_at",
    "end_reason",
    "superseded_by",
    "status_mac",
    "facts_mac",
    "raise_at",
    "extract",
];
/// What verification needs of a certificate: keyed hashes and statuses. Nothing encrypted, no signature, no name.
const VERIFIED: &[&str] = &[
    "id",
    "registration_number",
    "person_index",
    "control_code_index",
    "service",
    "reason",
    "finding",
    "issued_on",
    "valid_until",
    "signer_fingerprint",
    "ended_as",
    "ended_at",
    "end_reason",
    "superseded_by",
    "facts_mac",
    "status_mac",
    "extract",
    "logged_as",
];

/// What operators read of a certificate: what the tamper-evident log commits to, for whoever checks it, and whether the row is
/// bound, at which the runbook looks.
const LOGGED: &[&str] = &[
    "id",
    "application_id",
    "registration_number",
    "person_index",
    "control_code_index",
    "service",
    "reason",
    "finding",
    "issued_at",
    "issued_on",
    "valid_until",
    "signer_fingerprint",
    "cades",
    "jades",
    "ended_as",
    "ended_at",
    "end_reason",
    "superseded_by",
    "facts_mac",
    "status_mac",
    "logged_as",
];
/// What is changed of a certificate when the keys of the data rotate.
const ROTATED: &[&str] = &[
    "control_code",
    "payload",
    "facts_mac",
    "status_mac",
    "person_index",
    "owner_index",
    "control_code_index",
    "extract",
    "logged_as",
];
/// What is published of a leaf.
const PUBLISHED: &[&str] = &["leaf_index", "commitment"];

/// What the runbook and the figures look at of an application.
const WATCHED_APPLICATIONS: &[&str] = &[
    "id",
    "status",
    "mandate_id",
    "created_at",
    "changed_at",
    "tries",
    "next_try_at",
    "register_asked_at",
    "register_digest",
];

/// One line for each table.
pub const TABLES: &[Line] = &[
    // Accounts.
    table("accounts")
        .rotation(READ.update_of(&[
            "email",
            "person",
            "phone",
            "email_index",
            "person_index",
            "staff_person_index",
        ]))
        .serve(READ.insert().update())
        .worker(READ.update_of(&["created_at", "email", "email_index"]))
        .operator(READ.insert().update()),
    table("registrations")
        .rotation(READ.update_of(&["email", "phone", "email_index"]))
        .serve(READ.insert().lock_by(&["expires_at"]).delete())
        .worker(READ.lock_by(&["expires_at"]).delete()),
    table("email_confirmations")
        .rotation(READ.update_of(&["email", "email_index"]))
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["expires_at"]).delete()),
    table("password_resets")
        .serve(READ.insert().delete())
        .worker(READ.insert().lock_by(&["expires_at"]).delete())
        .operator(READ.insert().delete()),
    table("sessions")
        .rotation(READ.update_of(&["refresh_answer", "refresh_client"]))
        .serve(READ.insert().update().delete())
        .worker(READ.update_of(&["refresh_answer"]).delete())
        .operator(READ.lock_by(&["refreshed_at"]).delete()),
    table("stream_tokens")
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["expires_at"]).delete()),
    table("refresh_tokens").serve(READ.insert().update_of(&["used_at"])).worker(READ),
    table("known_agents")
        .rotation(READ.update_of(&["agent_index"]))
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["seen_at"]).delete()),
    table("devices").serve(READ.insert().update().delete()).worker(READ.lock_by(&["seen_at"]).delete()),
    table("totp_secrets")
        .rotation(READ.update_of(&["secret"]))
        .serve(READ.insert().update().delete())
        .operator(READ.delete()),
    table("recovery_codes")
        .rotation(READ.update_of(&["code_index"]))
        .serve(READ.insert().update_of(&["used_at"]).delete())
        .operator(READ.delete()),
    table("second_factor_resets")
        .serve(READ.insert().delete())
        .worker(READ.lock_by(&["expires_at"]).delete()),
    // Clients.
    table("clients")
        .serve(READ.insert().lock_by(&["created_at"]).delete())
        .worker(READ)
        .verify(read_of(&[
            "id",
            "first_party",
            "origins",
            "redirect_uris",
            "initiate_login_uri",
            "environment",
        ]))
        .operator(READ.insert().lock_by(&["created_at"]).delete()),
    table("client_secrets").serve(READ.insert().delete()).operator(READ.insert().delete()),
    table("client_keys").serve(READ.insert().delete()).operator(READ.insert().delete()),
    table("client_assertions").serve(APPEND).worker(READ.lock_by(&["expires_at"]).delete()),
    table("oauth_grants").serve(READ.insert().update().delete()).worker(READ),
    table("oauth_requests")
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["expires_at"]).delete())
        .operator(read_of(&["account_id"]).delete()),
    table("oauth_pushed_requests")
        .rotation(READ.update_of(&["parameters"]))
        .serve(READ.insert())
        .worker(READ.lock_by(&["expires_at"]).delete()),
    // Webhooks. Triggers write the messages about events.
    table("webhook_endpoints")
        .serve(READ.insert().update())
        .worker(READ.update_of(&["status", "failing_since", "last_failed_at", "status_changed_at"]).delete())
        .operator(READ.update_of(&["status", "failing_since", "status_changed_at"])),
    table("webhook_secrets")
        .rotation(READ.update_of(&["secret"]))
        .serve(READ.insert().update_of(&["expires_at"]).delete())
        .worker(READ.lock_by(&["expires_at"]).delete()),
    table("webhook_messages")
        .serve(READ.insert().update_of(&["status", "attempts", "next_attempt_at"]))
        .worker(READ.update().delete()),
    // Proof of identity, and acting for others.
    table("identity_verifications")
        .operator(read_of(&["method", "status", "completed_at"]))
        .rotation(READ.update_of(&["claim", "document", "note", "secrets", "activation_code_index"]))
        .serve(READ.insert().update())
        .worker(READ.update_of(&["secrets", "claim", "document", "note"])),
    table("redirect_logins")
        .rotation(READ.update_of(&["secrets", "person_index"]))
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["expires_at"]).delete()),
    table("mandates")
        .rotation(READ.update_of(&["company", "note", "company_index", "person_index"]))
        .serve(READ.insert().update())
        .worker(READ.update()),
    // Applications.
    table("applications")
        .operator(read_of(WATCHED_APPLICATIONS))
        .rotation(READ.update_of(&[
            "matter",
            "reason_detail",
            "owner_index",
            "person_index",
            "shown_entries",
        ]))
        .serve(READ.insert().update())
        .worker(READ.update()),
    table("application_events")
        .operator(read_of(&["status", "at"]))
        .rotation(READ.update_of(&["note"]))
        .serve(READ.insert().update_of(&["actor_id", "office_id", "note"]))
        .worker(READ.insert()),
    // Certificates.
    table("certificates")
        .rotation(READ.update_of(ROTATED))
        .serve(READ.insert().update_of(END))
        .worker(READ.insert().update_of(END_AND_WORK))
        .verify(read_of(VERIFIED))
        .operator(read_of(LOGGED)),
    table("certificate_documents")
        .rotation(READ.update_of(&["content", "mac"]))
        .serve(READ.insert().update_of(&["mac"]))
        .worker(READ.update_of(&["content", "level", "raise_at", "mac"]))
        .verify(read_of(&["certificate_id", "content_sha256", "mac"])),
    table("raised_signatures")
        .operator(read_of(&["certificate_id", "level", "timestamped_at", "raised_at"]))
        .serve(READ)
        .worker(READ.insert().update()),
    table("certificate_reminders").worker(READ.insert()),
    table("certificate_checks").operator(read_of(&["at"])).serve(READ.insert()).worker(READ).verify(APPEND),
    // Keys, and what makes them believed. Nodes insert the first key of an installation, and a
    // trigger refuses them any other.
    table("seal_keys")
        .serve(READ.insert())
        .worker(READ.insert())
        .verify(READ)
        .operator(READ.insert().update_of(&["active_from", "retired_from", "retired_in_emergency"])),
    table("trust_lists").serve(READ).worker(READ).verify(READ).operator(READ.insert()),
    // The log.
    table("log_queue").serve(READ).worker(READ.delete()).verify(read_of(&["id", "queued_at"])).operator(READ),
    table("log_leaves")
        .rotation(read_of(&["certificate_id", "kind"]))
        .serve(read_of(PUBLISHED))
        .worker(READ.insert())
        .verify(read_of(PUBLISHED))
        .operator(READ),
    table("log_nodes").serve(READ).worker(READ.insert()).verify(READ).operator(READ),
    table("log_checkpoints").serve(READ).worker(READ.insert()).verify(READ).operator(READ),
    table("log_beginning"),
    table("log_turn").worker(READ.lock_by(&["turn"])),
    table("log_ends").serve(READ).worker(READ).verify(READ).operator(READ),
    table("certificate_log").serve(READ).worker(READ).verify(READ),
    table("audit_events")
        .rotation(APPEND)
        .serve(READ.insert())
        .worker(READ.insert())
        .verify(APPEND)
        .operator(READ.insert()),
    // Offices, figures, the help desk.
    table("offices").serve(READ).worker(READ).operator(READ.insert().update()),
    table("office_phases").serve(READ).worker(READ).operator(READ.insert().update().delete()),
    table("daily_figures").serve(READ).worker(READ.insert()).operator(READ.insert().delete()),
    table("support_requests")
        .rotation(READ.update_of(&["email", "message"]))
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["closed_at"]).delete()),
    table("support_answers").rotation(READ.update_of(&["text"])).serve(READ.insert()),
    // Work, limits, repeated requests.
    table("jobs")
        .rotation(READ.update_of(&["payload"]))
        .serve(READ.insert())
        .worker(READ.insert().update().delete())
        .operator(READ.insert().update()),
    table("job_schedules").worker(READ.insert().update()),
    table("throttles")
        .rotation(READ.update_of(&["key"]))
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["resets_at"]).delete())
        .verify(READ.insert().update().delete()),
    table("idempotency_keys")
        .rotation(READ.update_of(&["response"]))
        .serve(READ.insert().update().delete())
        .worker(READ.lock_by(&["created_at"]).delete()),
    // The installation.
    table("installation")
        .all(READ)
        .rotation(READ.update_of(&["index_key_digest", "older_index_key_digests", "rehashing_since"]))
        .serve(READ.insert())
        .worker(READ.insert()),
    table("write_probe")
        .serve(READ.insert().update())
        .worker(READ.insert().update())
        .verify(READ.insert().update()),
    table("schema_compatibility").all(READ),
    table("__diesel_schema_migrations").all(READ),
    // Local copies of the registers: the owner imports them.
    table("registry.criminal_records")
        .rotation(READ.update_of(&["entry", "person_index"]))
        .serve(READ)
        .worker(READ)
        .register(READ),
    table("registry.civil_status")
        .rotation(READ.update_of(&["record", "person_index"]))
        .serve(READ)
        .worker(READ)
        .register(READ),
    table("registry.companies")
        .rotation(READ.update_of(&["record", "company_index"]))
        .serve(READ)
        .worker(READ)
        .register(READ),
    table("registry.company_criminal_records")
        .rotation(READ.update_of(&["entry", "company_index"]))
        .serve(READ)
        .worker(READ)
        .register(READ),
    table("registry.registers")
        .rotation(READ.update_of(&["index_key_digest"]))
        .operator(READ)
        .serve(READ)
        .worker(READ)
        .register(READ),
    table("registry.imports").operator(READ).rotation(READ),
    // Empty, except in a sandbox.
    table("sandbox.clock").all(READ).serve(READ.insert().update()),
    table("sandbox.mails")
        .rotation(READ.update_of(&["mail", "to_index"]))
        .serve(READ.delete())
        .worker(READ.insert()),
    table("sandbox.outages").serve(READ.insert().update().delete()).worker(READ),
    table("sandbox.persons").rotation(READ.update_of(&["person"])).serve(READ.insert()),
];
