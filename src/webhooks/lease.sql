, endpoint AS MATERIALIZED (
    -- Leases that are committed: there is one round at a time, and two would lease twice as many at most.
    SELECT e.id, e.client_id, e.url,
        greatest(0, CASE WHEN e.failing_since IS NULL THEN input.of_one ELSE 1 END - leased.count) AS free,
        input.of_client - (sum(leased.count) OVER (PARTITION BY e.client_id))::bigint AS free_of_client
    FROM input, webhook_endpoints e, LATERAL (
        SELECT count(*) FROM webhook_messages m WHERE m.endpoint_id = e.id AND m.leased_until > statement_timestamp()
    ) AS leased
    WHERE e.status = 'active'
), due AS MATERIALIZED (
    SELECT message.*, endpoint.client_id, endpoint.url, endpoint.free_of_client,
        row_number() OVER (PARTITION BY endpoint.client_id ORDER BY random()) AS turn
    FROM endpoint
    CROSS JOIN LATERAL (
        SELECT id, event_type, grant_id, subject_id FROM webhook_messages
        WHERE endpoint_id = endpoint.id AND status = 'pending' AND next_attempt_at <= (SELECT now FROM input)
            -- As the index has it; and whichever clock the writer had.
            AND greatest(next_attempt_at, occurred_at) <= greatest((SELECT now FROM input), statement_timestamp())
            -- By the database's clock, which all workers share.
            AND (leased_until IS NULL OR leased_until < statement_timestamp())
        ORDER BY greatest(next_attempt_at, occurred_at)
        LIMIT endpoint.free
        FOR UPDATE SKIP LOCKED
    ) AS message
), chosen AS MATERIALIZED (
    SELECT * FROM due WHERE turn <= free_of_client
    ORDER BY random()
    LIMIT (SELECT most FROM input)
), judged AS MATERIALIZED (
    SELECT chosen.id, chosen.url, CASE split_part(chosen.event_type, '.', 1)
        -- The right to know, at this moment. A message goes with its grant, and the end of a grant needs none. Whose proof of identity
        -- was undone is nobody's owner any more: what is rejected or revoked for that is told all the same, or a client would believe in it.
        WHEN 'application' THEN EXISTS (
            SELECT FROM oauth_grants g JOIN accounts o ON o.id = g.account_id
            WHERE g.id = chosen.grant_id AND g.client_id = chosen.client_id AND 'applications:read' = ANY (g.scopes)
                AND (chosen.event_type IN ('application.rejected', 'application.revoked') OR EXISTS (
                    SELECT FROM applications a WHERE a.id = chosen.subject_id AND a.owner_index = o.person_index)))
        WHEN 'certificate' THEN EXISTS (
            SELECT FROM oauth_grants g JOIN accounts o ON o.id = g.account_id
            WHERE g.id = chosen.grant_id AND g.client_id = chosen.client_id AND 'certificates:read' = ANY (g.scopes)
                AND (chosen.event_type <> 'certificate.issued' OR EXISTS (
                    SELECT FROM certificates c WHERE c.id = chosen.subject_id AND c.owner_index = o.person_index)))
        WHEN 'identity' THEN EXISTS (
            SELECT FROM oauth_grants g
            WHERE g.id = chosen.grant_id AND g.client_id = chosen.client_id AND 'identity' = ANY (g.scopes))
        ELSE true
    END AS entitled
    FROM chosen
), forgotten AS (
    DELETE FROM webhook_messages WHERE id = ANY (ARRAY(SELECT id FROM judged WHERE NOT entitled))
)
UPDATE webhook_messages m
SET leased_until = statement_timestamp() + input.lease, lease_id = input.lease_id
FROM input, judged WHERE m.id = ANY (ARRAY(SELECT id FROM judged WHERE entitled)) AND judged.id = m.id
RETURNING m.id, m.endpoint_id, judged.url, m.event_type, m.subject_id, m.account_id, m.occurred_at, m.attempts
