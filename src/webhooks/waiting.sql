, endpoint AS MATERIALIZED (
    SELECT id, failing_since IS NOT NULL AS fails FROM webhook_endpoints WHERE status = 'active'
)
SELECT
    (SELECT count(*) FROM endpoint e JOIN webhook_messages m ON m.endpoint_id = e.id AND m.status = 'pending'),
    -- Of endpoints that fail, messages wait for their client.
    (SELECT min(first.due) FROM endpoint e CROSS JOIN LATERAL (
        SELECT greatest(next_attempt_at, occurred_at) AS due FROM webhook_messages
        WHERE endpoint_id = e.id AND status = 'pending'
        ORDER BY greatest(next_attempt_at, occurred_at)
        LIMIT 1
    ) AS first WHERE NOT e.fails AND first.due <= input.now),
    (SELECT count(*) FROM endpoint WHERE fails),
    (SELECT count(*) FROM webhook_endpoints WHERE status = 'paused')
FROM input
