, endpoint AS MATERIALIZED (
    SELECT e.id, e.client_id, e.url, greatest(0, input.of_one - (
        SELECT count(*) FROM webhook_messages m WHERE m.endpoint_id = e.id AND m.leased_until > statement_timestamp()
    )) AS free
    FROM webhook_endpoints e, input WHERE e.status = 'active'
), due AS MATERIALIZED (
    SELECT message.*, endpoint.url, CASE split_part(message.event_type, '.', 1)
        -- The right to know, at this moment. A message goes with its grant, and the end of a grant needs none.
        WHEN 'application' THEN EXISTS (
            SELECT FROM oauth_grants g JOIN accounts o ON o.id = g.account_id
            JOIN applications a ON a.owner_index = o.person_index
            WHERE g.id = message.grant_id AND g.client_id = endpoint.client_id
                AND 'applications:read' = ANY (g.scopes) AND a.id = message.subject_id)
        WHEN 'certificate' THEN EXISTS (
            SELECT FROM oauth_grants g JOIN accounts o ON o.id = g.account_id
            JOIN certificates c ON c.owner_index = o.person_index
            WHERE g.id = message.grant_id AND g.client_id = endpoint.client_id
                AND 'certificates:read' = ANY (g.scopes) AND c.id = message.subject_id)
        WHEN 'identity' THEN EXISTS (
            SELECT FROM oauth_grants g
            WHERE g.id = message.grant_id AND g.client_id = endpoint.client_id AND 'identity' = ANY (g.scopes))
        ELSE true
    END AS entitled
    FROM endpoint
    CROSS JOIN LATERAL (
        SELECT id, event_type, grant_id, subject_id FROM webhook_messages
        WHERE endpoint_id = endpoint.id AND status = 'pending' AND next_attempt_at <= (SELECT now FROM input)
            -- By the database's clock, which all workers share.
            AND (leased_until IS NULL OR leased_until < statement_timestamp())
        ORDER BY next_attempt_at
        LIMIT endpoint.free
        FOR UPDATE SKIP LOCKED
    ) AS message
    ORDER BY random()
    LIMIT (SELECT most FROM input)
), forgotten AS (
    DELETE FROM webhook_messages WHERE id = ANY (ARRAY(SELECT id FROM due WHERE NOT entitled))
)
UPDATE webhook_messages m
SET leased_until = statement_timestamp() + input.lease, lease_id = input.lease_id
FROM input, due WHERE m.id = ANY (ARRAY(SELECT id FROM due WHERE entitled)) AND due.id = m.id
RETURNING m.id, m.endpoint_id, due.url, m.event_type, m.subject_id, m.account_id, m.occurred_at, m.attempts
