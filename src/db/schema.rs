// @generated automatically by Diesel CLI.

diesel::table! {
    accounts (id) {
        id -> Uuid,
        email_index -> Nullable<Bytea>,
        email -> Nullable<Bytea>,
        phone -> Nullable<Bytea>,
        password_hash -> Nullable<Text>,
        role -> Text,
        locale -> Text,
        person_index -> Nullable<Bytea>,
        person -> Nullable<Bytea>,
        identity_method -> Nullable<Text>,
        identity_verified_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        office_id -> Nullable<Uuid>,
        staff_person_index -> Nullable<Bytea>,
    }
}

diesel::table! {
    application_events (id) {
        id -> Uuid,
        application_id -> Uuid,
        status -> Text,
        actor -> Text,
        at -> Timestamptz,
        reason -> Nullable<Text>,
        actor_id -> Nullable<Uuid>,
        office_id -> Nullable<Uuid>,
        note -> Nullable<Bytea>,
    }
}

diesel::table! {
    applications (id) {
        id -> Uuid,
        account_id -> Uuid,
        person_index -> Bytea,
        service -> Text,
        reason -> Text,
        reason_detail -> Nullable<Bytea>,
        language -> Text,
        status -> Text,
        applied_on -> Date,
        created_at -> Timestamptz,
        register_asked_at -> Nullable<Timestamptz>,
        register_digest -> Nullable<Bytea>,
        changed_at -> Timestamptz,
        tries -> Int4,
        next_try_at -> Nullable<Timestamptz>,
        reviewer_id -> Nullable<Uuid>,
        corrects -> Nullable<Uuid>,
        matter -> Nullable<Bytea>,
        mandate_id -> Nullable<Uuid>,
        owner_index -> Bytea,
        undone_at -> Nullable<Timestamptz>,
        shown_entries -> Nullable<Bytea>,
        bad_answers -> Int4,
        bad_since -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Int8,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_role -> Text,
        action -> Text,
        subject_id -> Nullable<Uuid>,
        request_id -> Text,
    }
}

diesel::table! {
    certificate_checks (id) {
        id -> Uuid,
        certificate_id -> Uuid,
        method -> Text,
        outcome -> Text,
        at -> Timestamptz,
    }
}

diesel::table! {
    certificate_documents (id) {
        id -> Uuid,
        certificate_id -> Uuid,
        kind -> Text,
        language -> Text,
        content -> Bytea,
        made_at -> Timestamptz,
        content_sha256 -> Bytea,
        level -> Text,
        raise_at -> Nullable<Timestamptz>,
        mac -> Nullable<Bytea>,
    }
}

diesel::table! {
    certificate_reminders (certificate_id) {
        certificate_id -> Uuid,
        at -> Timestamptz,
    }
}

diesel::table! {
    certificates (id) {
        id -> Uuid,
        application_id -> Uuid,
        registration_number -> Text,
        person_index -> Bytea,
        control_code_index -> Bytea,
        control_code -> Bytea,
        service -> Text,
        reason -> Text,
        finding -> Text,
        issued_at -> Timestamptz,
        issued_on -> Date,
        valid_until -> Date,
        payload -> Bytea,
        cades -> Bytea,
        jades -> Text,
        signer_fingerprint -> Bytea,
        ended_as -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        superseded_by -> Nullable<Uuid>,
        raise_at -> Nullable<Timestamptz>,
        owner_index -> Bytea,
        facts_mac -> Nullable<Bytea>,
        status_mac -> Nullable<Bytea>,
    }
}

diesel::table! {
    daily_figures (day, figure) {
        day -> Date,
        figure -> Text,
        count -> Int8,
        shown -> Nullable<Int8>,
        total -> Int8,
    }
}

diesel::table! {
    email_confirmations (account_id) {
        account_id -> Uuid,
        email_index -> Bytea,
        email -> Bytea,
        token_digest -> Bytea,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    idempotency_keys (scope, key_digest) {
        scope -> Bytea,
        key_digest -> Bytea,
        request_digest -> Bytea,
        running_until -> Timestamptz,
        response_id -> Uuid,
        status -> Nullable<Int2>,
        response -> Nullable<Bytea>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    identity_verifications (id) {
        id -> Uuid,
        account_id -> Uuid,
        session_id -> Uuid,
        method -> Text,
        status -> Text,
        reason -> Nullable<Text>,
        state_digest -> Nullable<Bytea>,
        browser_digest -> Nullable<Bytea>,
        secrets -> Nullable<Bytea>,
        return_url -> Nullable<Text>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
        completed_at -> Nullable<Timestamptz>,
        claim -> Nullable<Bytea>,
        activation_code_index -> Nullable<Bytea>,
        office_id -> Nullable<Uuid>,
        officer_id -> Nullable<Uuid>,
        opened_at -> Nullable<Timestamptz>,
        document -> Nullable<Bytea>,
        note -> Nullable<Bytea>,
        moved_from_id -> Nullable<Uuid>,
        moved_from_method -> Nullable<Text>,
        moved_from_verified_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    installation (one) {
        one -> Bool,
        kind -> Text,
        index_key_digest -> Bytea,
        claimed_at -> Timestamptz,
    }
}

diesel::table! {
    job_schedules (kind) {
        kind -> Text,
        period -> Int8,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        kind -> Text,
        payload -> Bytea,
        run_at -> Timestamptz,
        attempts -> Int4,
        leased_until -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        dead_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        urgent -> Bool,
        lease_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    known_agents (account_id, agent_index) {
        account_id -> Uuid,
        agent_index -> Bytea,
        seen_at -> Timestamptz,
    }
}

diesel::table! {
    mandates (id) {
        id -> Uuid,
        account_id -> Uuid,
        person_index -> Bytea,
        company_index -> Bytea,
        company -> Bytea,
        capacity -> Text,
        status -> Text,
        confirmed_by -> Nullable<Text>,
        reviewer_id -> Nullable<Uuid>,
        office_id -> Nullable<Uuid>,
        reason -> Nullable<Text>,
        ended_by -> Nullable<Text>,
        note -> Nullable<Bytea>,
        created_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    office_phases (kind) {
        kind -> Text,
        certifies_since -> Date,
    }
}

diesel::table! {
    offices (id) {
        id -> Uuid,
        code -> Text,
        kind -> Text,
        name -> Text,
        county -> Text,
        locality -> Text,
        address -> Text,
        programme -> Text,
        phone -> Nullable<Text>,
        updated_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    password_resets (token_digest) {
        token_digest -> Bytea,
        account_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    raised_signatures (certificate_id) {
        certificate_id -> Uuid,
        level -> Text,
        cades -> Bytea,
        jades -> Text,
        timestamped_at -> Timestamptz,
        raised_at -> Timestamptz,
    }
}

diesel::table! {
    recovery_codes (account_id, code_index) {
        account_id -> Uuid,
        code_index -> Bytea,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    redirect_logins (id) {
        id -> Uuid,
        provider -> Text,
        client_id -> Text,
        return_url -> Text,
        browser_digest -> Nullable<Bytea>,
        state_digest -> Nullable<Bytea>,
        secrets -> Nullable<Bytea>,
        answered_at -> Nullable<Timestamptz>,
        assertion_digest -> Nullable<Bytea>,
        account_id -> Nullable<Uuid>,
        code_digest -> Nullable<Bytea>,
        code_expires_at -> Nullable<Timestamptz>,
        exchanged_at -> Nullable<Timestamptz>,
        session_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        person_index -> Nullable<Bytea>,
    }
}

diesel::table! {
    refresh_tokens (digest) {
        digest -> Bytea,
        session_id -> Uuid,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    registrations (id) {
        id -> Uuid,
        email_index -> Bytea,
        email -> Bytea,
        phone -> Nullable<Bytea>,
        password_hash -> Text,
        locale -> Text,
        token_digest -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    schema_compatibility (version) {
        version -> Text,
        serves_from -> Text,
    }
}

diesel::table! {
    seal_keys (id) {
        id -> Uuid,
        fingerprint -> Bytea,
        kind -> Text,
        chain_pem -> Text,
        announced_at -> Timestamptz,
        active_from -> Nullable<Timestamptz>,
        retired_from -> Nullable<Timestamptz>,
        retired_in_emergency -> Bool,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        account_id -> Uuid,
        access_digest -> Bytea,
        access_expires_at -> Timestamptz,
        created_at -> Timestamptz,
        refreshed_at -> Timestamptz,
        second_factor_at -> Nullable<Timestamptz>,
        active_at -> Nullable<Timestamptz>,
        refreshed_by -> Nullable<Bytea>,
        refresh_client -> Nullable<Bytea>,
        refresh_answer -> Nullable<Bytea>,
    }
}

diesel::table! {
    support_answers (id) {
        id -> Uuid,
        support_request_id -> Uuid,
        officer_id -> Uuid,
        text -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    support_requests (id) {
        id -> Uuid,
        reference -> Text,
        account_id -> Nullable<Uuid>,
        email -> Bytea,
        locale -> Text,
        topic -> Text,
        message -> Bytea,
        request_id -> Nullable<Text>,
        status -> Text,
        created_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    throttles (key) {
        key -> Bytea,
        hits -> Int4,
        resets_at -> Timestamptz,
    }
}

diesel::table! {
    totp_secrets (account_id) {
        account_id -> Uuid,
        secret -> Bytea,
        last_step -> Int8,
        created_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    write_probe (id) {
        id -> Bool,
        probed_at -> Timestamptz,
        filler -> Nullable<Bytea>,
    }
}

diesel::joinable!(accounts -> offices (office_id));
diesel::table! {
    trust_lists (id) {
        id -> Uuid,
        jws -> Text,
        published_at -> Timestamptz,
    }
}

diesel::joinable!(application_events -> applications (application_id));
diesel::joinable!(applications -> mandates (mandate_id));
diesel::joinable!(certificate_checks -> certificates (certificate_id));
diesel::joinable!(certificate_documents -> certificates (certificate_id));
diesel::joinable!(certificate_reminders -> certificates (certificate_id));
diesel::joinable!(email_confirmations -> accounts (account_id));
diesel::joinable!(identity_verifications -> offices (office_id));
diesel::joinable!(known_agents -> accounts (account_id));
diesel::joinable!(password_resets -> accounts (account_id));
diesel::joinable!(raised_signatures -> certificates (certificate_id));
diesel::joinable!(recovery_codes -> totp_secrets (account_id));
diesel::joinable!(redirect_logins -> accounts (account_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(sessions -> accounts (account_id));
diesel::joinable!(support_answers -> support_requests (support_request_id));
diesel::joinable!(support_requests -> accounts (account_id));
diesel::joinable!(totp_secrets -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    application_events,
    applications,
    audit_events,
    certificate_checks,
    certificate_documents,
    certificate_reminders,
    certificates,
    daily_figures,
    email_confirmations,
    idempotency_keys,
    identity_verifications,
    installation,
    job_schedules,
    jobs,
    known_agents,
    mandates,
    office_phases,
    offices,
    password_resets,
    raised_signatures,
    recovery_codes,
    redirect_logins,
    refresh_tokens,
    registrations,
    schema_compatibility,
    seal_keys,
    sessions,
    support_answers,
    support_requests,
    throttles,
    totp_secrets,
    trust_lists,
    write_probe,
);
