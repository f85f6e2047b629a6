, proved AS MATERIALIZED (
    -- The session is open, and the account is the applicant's, at this moment. The end of the session waits; an undo
    -- waits until the certificate exists, and revokes it.
    -- Each row is looked up by its key (LATERAL): joined freely, a plan that was made when a table was empty could read all of it.
    SELECT input.application_id FROM input
    CROSS JOIN LATERAL (SELECT FROM sessions WHERE id = session_id AND account_id = input.account_id FOR NO KEY UPDATE) s
    CROSS JOIN LATERAL (SELECT FROM accounts WHERE id = account_id AND person_index = owner_index FOR SHARE) o
), mandate AS MATERIALIZED (
    -- Likewise, the end of the mandate waits.
    SELECT input.application_id FROM input CROSS JOIN LATERAL (
        SELECT FROM mandates
        WHERE id = mandate_id AND status = 'confirmed' AND (mandates.valid_until IS NULL OR mandates.valid_until >= issued_on)
        FOR SHARE
    ) m
), entitled AS (
    SELECT application_id FROM input JOIN proved USING (application_id)
    WHERE mandate_id IS NULL OR EXISTS (SELECT FROM mandate WHERE mandate.application_id = input.application_id)
), taken AS MATERIALIZED (
    -- Of 2^40 numbers a year, one may be drawn twice: then another is drawn.
    SELECT input.application_id FROM input
    CROSS JOIN LATERAL (SELECT FROM certificates c WHERE c.registration_number = input.registration_number LIMIT 1) c
), issued AS (
    INSERT INTO applications (id, account_id, person_index, service, reason, reason_detail, language, mandate_id,
        status, applied_on, created_at, changed_at, register_asked_at, register_digest, owner_index)
    SELECT application_id, account_id, person_index, service, reason, reason_detail, language, mandate_id,
        'issued', applied_on, now, now, register_asked_at, register_digest, owner_index
    FROM input
    -- The proof may have been undone, or the mandate ended, while the registers were queried. Everything below depends
    -- on the application row, and is not written without it.
    WHERE EXISTS (SELECT FROM entitled WHERE entitled.application_id = input.application_id)
        AND NOT EXISTS (SELECT FROM taken WHERE taken.application_id = input.application_id)
    -- In one order for all nodes: otherwise two groups could wait for each other.
    ORDER BY person_index, service, reason
    -- One a day: of two concurrent applications, the second waits for the first.
    ON CONFLICT (person_index, service, reason, applied_on)
        WHERE corrects IS NULL AND matter IS NULL AND undone_at IS NULL DO NOTHING
    RETURNING id, owner_index, person_index, service, reason
), steps AS (
    INSERT INTO application_events (id, application_id, status, actor, at)
    SELECT submitted_event, issued.id, 'submitted', 'applicant', now FROM issued JOIN input ON application_id = issued.id
    UNION ALL
    SELECT issued_event, issued.id, 'issued', 'service', now FROM issued JOIN input ON application_id = issued.id
), audited AS (
    INSERT INTO audit_events (at, actor_id, actor_role, client_id, action, subject_id, request_id)
    SELECT now, account_id, actor_role, client_id, 'registers.read', issued.id, request_id
    FROM issued JOIN input ON application_id = issued.id
    UNION ALL
    SELECT now, account_id, actor_role, client_id, 'certificate.issued', certificate_id, request_id
    FROM issued JOIN input ON application_id = issued.id
), answered AS (
    INSERT INTO idempotency_keys (scope, key_digest, request_digest, running_until, response_id, status, response,
        created_at, account_id)
    SELECT key_scope, key_digest, request_digest, now, response_id, response_status, response, now, account_id
    FROM issued JOIN input ON application_id = issued.id WHERE key_scope IS NOT NULL
), told AS (
    INSERT INTO jobs (id, kind, payload, run_at, created_at)
    -- Due at once, even if this node's clock is ahead.
    SELECT mail_id, 'mail', mail, least(now, statement_timestamp()), now
    FROM issued JOIN input ON application_id = issued.id WHERE mail_id IS NOT NULL
