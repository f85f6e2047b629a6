, proved AS MATERIALIZED (
    -- The applicant owns an account at this moment. An undo waits until the certificate exists, and revokes it.
    SELECT a.id FROM applications a JOIN input ON a.id = input.application_id
    JOIN accounts o ON o.person_index = a.owner_index
    FOR SHARE OF o
), mandate AS MATERIALIZED (
    -- Likewise, the end of the mandate waits.
    SELECT m.id FROM applications a JOIN input ON a.id = input.application_id
    JOIN mandates m ON m.id = a.mandate_id
    WHERE m.status = 'confirmed' AND (m.valid_until IS NULL OR m.valid_until >= input.issued_on)
    FOR SHARE OF m
), corrected AS MATERIALIZED (
    -- Likewise, the revocation of the certificate to be corrected waits.
    SELECT c.id FROM applications a JOIN input ON a.id = input.application_id
    JOIN certificates c ON c.id = a.corrects
    WHERE c.ended_as IS NULL
    FOR UPDATE OF c
), taken AS MATERIALIZED (
    -- Of 2^40 numbers a year, one may be drawn twice: then another is drawn.
    SELECT c.id FROM certificates c JOIN input ON c.registration_number = input.registration_number
), moved AS (
    UPDATE applications a SET status = 'issued', changed_at = input.now, next_try_at = NULL,
        register_asked_at = input.register_asked_at, register_digest = input.register_digest
    FROM input, proved WHERE a.id = proved.id AND a.status = input.standing
        AND (a.mandate_id IS NULL OR EXISTS (SELECT FROM mandate))
        AND (a.corrects IS NULL OR EXISTS (SELECT FROM corrected))
        AND NOT EXISTS (SELECT FROM taken)
    RETURNING a.id, a.owner_index, a.person_index, a.service, a.reason, a.corrects
), step AS (
    INSERT INTO application_events (id, application_id, status, actor, reason, at)
    SELECT issued_event, moved.id, 'issued', input.actor, input.why, now FROM moved, input
), certificate AS (
    INSERT INTO certificates (id, application_id, owner_index, registration_number, person_index,
        control_code_index, control_code, service, reason, finding, issued_at, issued_on, valid_until,
        payload, cades, jades, signer_fingerprint, facts_mac, status_mac)
    SELECT certificate_id, moved.id, owner_index, registration_number, person_index,
        control_code_index, control_code, service, reason, finding, now, issued_on, valid_until,
        payload, cades, jades, signer_fingerprint, facts_mac, status_mac
    FROM moved, input
), superseded AS (
    UPDATE certificates c SET ended_as = 'superseded', ended_at = input.now, superseded_by = input.certificate_id,
        -- For a row that is not bound yet: these hashes fit nothing, so the row is unreadable.
        facts_mac = coalesce(c.facts_mac, decode(repeat('00', 33), 'hex')),
        status_mac = coalesce(c.status_mac, decode(repeat('00', 33), 'hex'))
    FROM moved, input WHERE c.id = moved.corrects AND c.ended_as IS NULL
    RETURNING c.id
), audited AS (
    INSERT INTO audit_events (at, actor_id, actor_role, action, subject_id, request_id)
    SELECT now, actor_id, actor_role, 'registers.read', moved.id, request_id FROM moved, input
    UNION ALL
    SELECT now, actor_id, actor_role, 'certificate.issued', certificate_id, request_id FROM moved, input
    UNION ALL
    SELECT now, actor_id, actor_role, 'certificate.superseded', superseded.id, request_id FROM superseded, input
)
SELECT count(*), (SELECT id FROM superseded), EXISTS (SELECT FROM taken) FROM moved
