//! The table: for each operation of the contract who may call it, whose resource its `{id}` names, and what proof it
//! needs beyond the token.
//!
//! A new operation needs a row here: `row("operation_id", Who)`, and then what the next table says. The calls of owners
//! follow the order of the rows, so what ends a resource stands after what uses it.
//!
//! | With | It says | And the tests see refused |
//! | --- | --- | --- |
//! | `.own(thing)` | `{id}` is the caller's own | another citizen: 404, as if it did not exist |
//! | `.of_office(thing)` | a case of the office that opened it | an officer of another office: 404 |
//! | `.claimed(thing)` | a case of the officer who claimed it | another officer: 409 `not_claimed` |
//! | `.of_any(thing)` | any officer's | nobody more |
//! | `.needs(proof)` | a proof that the owner is present | a token alone: 403 `presence_required` or `step_up_required` |
//! | `.body(json)` | a body that would be accepted | each of the above with it |

use super::world::Thing;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody; a token is not looked at.
    Everybody,
    /// Everybody; a token is looked at, and must be a good one.
    EverybodyOrHolders,
    /// Whoever is logged in, also officers and operators.
    Holders,
    /// Whoever is logged in, but officers and operators: refused when the body has been read.
    Citizens,
    /// Officers.
    Officers,
    /// Operators.
    Operators,
    /// Registered clients that show their secret: `tests/api/webhooks/managing.rs` looks at whose an endpoint is.
    Clients,
}

/// Whose the resource of a path's `{id}` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// There is no such resource, or it is everybody's.
    Nobodys,
    /// The caller's.
    Own(Thing),
    /// The officer's office's.
    OfOffice(Thing),
    /// The officer's who claimed it.
    Claimed(Thing),
    /// Any officer's.
    OfAnyOfficer(Thing),
}

/// What an operation needs beyond a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The password or a redirect, in this session, a moment ago.
    Presence,
    /// The second factor, in this session, a moment ago.
    StepUp,
    /// Both.
    StepUpAndPresence,
}

/// What is expected of one operation.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub id: &'static str,
    pub who: Who,
    pub whose: Whose,
    pub proof: Option<Proof>,
    pub body: &'static str,
}

const fn row(id: &'static str, who: Who) -> Row {
    Row { id, who, whose: Whose::Nobodys, proof: None, body: "{}" }
}

impl Row {
    const fn own(self, thing: Thing) -> Self {
        Self { whose: Whose::Own(thing), ..self }
    }

    const fn of_office(self, thing: Thing) -> Self {
        Self { whose: Whose::OfOffice(thing), ..self }
    }

    const fn claimed(self, thing: Thing) -> Self {
        Self { whose: Whose::Claimed(thing), ..self }
    }

    const fn of_any(self, thing: Thing) -> Self {
        Self { whose: Whose::OfAnyOfficer(thing), ..self }
    }

    const fn needs(self, proof: Proof) -> Self {
        Self { proof: Some(proof), ..self }
    }

    const fn body(self, body: &'static str) -> Self {
        Self { body, ..self }
    }
}

pub const TABLE: &[Row] = &[
    // Accounts and sessions.
    row("create_account", Who::Everybody),
    row("confirm_email", Who::EverybodyOrHolders),
    row("get_account", Who::Holders),
    row("update_account", Who::Holders).needs(Proof::Presence).body(r#"{"phone": "+40722000111"}"#),
    row("list_accesses", Who::Holders),
    row("export_data", Who::Holders).needs(Proof::Presence),
    row("create_email_change", Who::Citizens)
        .needs(Proof::Presence)
        .body(r#"{"email": "adresa.noua@example.ro"}"#),
    row("get_email_change", Who::Holders),
    row("delete_email_change", Who::Holders),
    row("stop_email_change", Who::Everybody),
    row("delete_account", Who::Citizens).needs(Proof::Presence),
    row("list_sessions", Who::Holders),
    row("create_session", Who::Everybody),
    row("refresh_session", Who::Everybody),
    row("end_current_session", Who::Holders),
    row("end_session", Who::Holders).own(Thing::Session).needs(Proof::Presence),
    // What clients were granted.
    row("get_userinfo", Who::Holders),
    row("post_userinfo", Who::Holders),
    row("list_grants", Who::Holders),
    row("delete_grant", Who::Holders).own(Thing::Grant),
    // Passwords and second factors.
    row("request_password_reset", Who::Everybody),
    row("reset_password", Who::Everybody),
    row("change_password", Who::Holders)
        .needs(Proof::Presence)
        .body(r#"{"password": "patru cai albi pe deal"}"#),
    row("get_second_factor", Who::Holders),
    row("create_totp", Who::Holders).needs(Proof::Presence),
    row("delete_totp", Who::Holders).needs(Proof::StepUpAndPresence),
    row("confirm_totp", Who::Holders),
    row("replace_recovery_codes", Who::Holders).needs(Proof::StepUpAndPresence),
    row("step_up_session", Who::Holders),
    row("stop_second_factor_reset", Who::Everybody),
    row("delete_second_factor_reset", Who::Holders),
    row("reset_second_factor", Who::Everybody),
    // Identity.
    row("list_counters", Who::Everybody),
    row("list_identity_methods", Who::Everybody),
    row("create_identity_verification", Who::Citizens)
        .body(r#"{"method": "ghiseul", "return_url": "http://localhost:3000/done"}"#),
    row("complete_identity_verification", Who::Everybody),
    row("get_identity_verification", Who::Holders).own(Thing::Verification),
    row("create_redirect_login", Who::Everybody),
    row("receive_handoff", Who::Everybody),
    row("exchange_session_code", Who::Everybody),
    row("create_presence_redirect", Who::Holders),
    row("prove_presence", Who::Holders),
    // The counter.
    row("open_counter_verification", Who::Officers),
    row("decide_counter_verification", Who::Officers)
        .of_office(Thing::Verification)
        .needs(Proof::StepUp)
        .body(r#"{"decision": "reject", "note": "Grabă."}"#),
    row("undo_counter_verification", Who::Officers)
        .of_office(Thing::Verification)
        .needs(Proof::StepUp)
        .body(r#"{"reason": "Documentul aparținea altei persoane."}"#),
    row("list_counter_decisions", Who::Officers),
    row("reset_counter_second_factor", Who::Officers).needs(Proof::StepUp).body(
        r#"{"cnp": "2880514121171", "document": {"type": "identity_card", "series": "CJ", "number": "123456"}}"#,
    ),
    // Clients. None of them is anybody's: their ids are texts.
    row("create_client", Who::Operators).needs(Proof::StepUp).body(
        r#"{"id": "city", "name": "Oraș", "contact": "it@city.example", "kind": "web", "redirect_uris": ["https://city.example/in"]}"#,
    ),
    row("list_clients", Who::Operators),
    row("rotate_client_secret", Who::Operators).needs(Proof::StepUp),
    row("set_client_keys", Who::Operators).needs(Proof::StepUp).body(r#"{"keys": []}"#),
    row("delete_client", Who::Operators).needs(Proof::StepUp),
    // Webhooks.
    row("create_webhook_endpoint", Who::Clients)
        .body(r#"{"url": "https://city.example/hook", "events": ["grant.*"]}"#),
    row("list_webhook_endpoints", Who::Clients),
    row("rotate_webhook_secret", Who::Clients),
    row("resume_webhook_endpoint", Who::Clients),
    row("test_webhook_endpoint", Who::Clients),
    row("list_webhook_messages", Who::Clients),
    row("replay_webhook_message", Who::Clients),
    row("replay_webhook_messages", Who::Clients).body(r#"{"since": "2026-11-29T00:00:00Z"}"#),
    row("delete_webhook_endpoint", Who::Clients),
    // Mandates.
    row("list_mandates", Who::Holders),
    row("create_mandate", Who::Holders),
    row("get_mandate", Who::Holders).own(Thing::Mandate),
    row("get_mandate_prefill", Who::Holders).own(Thing::Mandate),
    row("list_mandate_reviews", Who::Officers),
    row("search_mandates", Who::Officers),
    row("claim_mandate", Who::Officers).of_any(Thing::Mandate),
    row("decide_mandate", Who::Officers)
        .claimed(Thing::Mandate)
        .needs(Proof::StepUp)
        .body(r#"{"decision": "confirm", "note": "Procură notarială, văzută în original."}"#),
    row("end_mandate_by_officer", Who::Officers)
        .of_any(Thing::Mandate)
        .needs(Proof::StepUp)
        .body(r#"{"reason": "mistake", "note": "Hotărârea adunării generale."}"#),
    row("end_mandate", Who::Holders).own(Thing::Mandate),
    // Services and applications.
    row("list_services", Who::Everybody),
    row("list_reasons", Who::Everybody),
    row("get_prefill", Who::Holders),
    row("list_applications", Who::Holders),
    row("create_application", Who::Holders),
    row("get_application", Who::Holders).own(Thing::Application),
    row("stream_application", Who::Holders).own(Thing::Application),
    row("create_stream_token", Who::Holders).own(Thing::Application),
    row("create_correction", Who::Holders)
        .own(Thing::Certificate)
        .body(r#"{"field": "mother_given_name", "value": "Elena"}"#),
    row("list_reviews", Who::Officers),
    row("claim_review", Who::Officers).of_any(Thing::Application),
    row("decide_review", Who::Officers)
        .claimed(Thing::Application)
        .needs(Proof::StepUp)
        .body(r#"{"decision": "issue"}"#),
    row("withdraw_application", Who::Holders).own(Thing::Application),
    // Certificates.
    row("list_certificates", Who::Holders),
    row("get_certificate", Who::Holders).own(Thing::Certificate),
    row("get_certificate_payload", Who::Holders).own(Thing::Certificate),
    row("get_certificate_signature", Who::Holders).own(Thing::Certificate),
    row("get_certificate_document", Who::Holders).own(Thing::Certificate),
    row("get_certificate_container", Who::Holders).own(Thing::Certificate),
    row("revoke_certificate", Who::Officers)
        .of_any(Thing::Certificate)
        .needs(Proof::StepUp)
        .body(r#"{"reason": "wrong_data"}"#),
    // Verification and the log.
    row("verify_certificate", Who::Everybody),
    row("verify_signature", Who::Everybody),
    row("get_trust", Who::Everybody),
    row("get_signed_trust", Who::Everybody),
    row("get_log_checkpoint", Who::Everybody),
    row("get_log_tile", Who::Everybody),
    row("get_log_proof", Who::Everybody),
    // The rest.
    row("get_statistics", Who::Everybody),
    row("get_support", Who::Everybody),
    row("create_support_request", Who::EverybodyOrHolders),
    row("list_own_support_requests", Who::Holders),
    row("get_own_support_request", Who::Holders).own(Thing::SupportRequest),
    row("list_support_requests", Who::Officers),
    row("get_support_request", Who::Officers).of_any(Thing::SupportRequest),
    row("answer_support_request", Who::Officers)
        .of_any(Thing::SupportRequest)
        .body(r#"{"text": "Depuneți din nou cererea."}"#),
    row("close_support_request", Who::Officers).of_any(Thing::SupportRequest),
    row("get_liveness", Who::Everybody),
    row("get_readiness", Who::Everybody),
    row("list_problems", Who::Everybody),
    row("get_problem", Who::Everybody),
];
