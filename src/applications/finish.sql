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
), issued AS (
    UPDATE applications a SET status = 'issued', changed_at = input.now, next_try_at = NULL,
        register_asked_at = input.register_asked_at, register_digest = input.register_digest
    FROM input, proved WHERE a.id = proved.id AND a.status = input.standing
        AND (a.mandate_id IS NULL OR EXISTS (SELECT FROM mandate))
        AND (a.corrects IS NULL OR EXISTS (SELECT FROM corrected))
        AND NOT EXISTS (SELECT FROM taken)
    RETURNING a.id, a.owner_index, a.person_index, a.service, a.reason, a.corrects
), step AS (
    INSERT INTO application_events (id, application_id, status, actor, reason, at)
    SELECT issued_event, issued.id, 'issued', input.actor, input.why, now FROM issued, input
), superseded AS (
    UPDATE certificates c SET ended_as = 'superseded', ended_at = input.now, superseded_by = input.certificate_id,
        -- For a row that is not bound yet: these hashes fit nothing, so the row is unreadable.
        facts_mac = coalesce(c.facts_mac, decode(repeat('00', 33), 'hex')),
        status_mac = coalesce(c.status_mac, decode(repeat('00', 33), 'hex'))
    FROM issued, input WHERE c.id = issued.corrects AND c.ended_as IS NULL
    RETURNING c.id
), audited AS (
    INSERT INTO audit_events (at, actor_id, actor_role, action, subject_id, request_id)
    SELECT now, actor_id, actor_role, 'registers.read', issued.id, request_id FROM issued, input
    UNION ALL
    SELECT now, actor_id, actor_role, 'certificate.issued', certificate_id, request_id FROM issued, input
    UNION ALL
    SELECT now, actor_id, actor_role, 'certificate.superseded', superseded.id, request_id FROM superseded, input
