(SELECT 'audit event ' || e.id AS what
FROM audit_events e
WHERE NOT EXISTS (SELECT FROM log_leaves l WHERE l.audit_event_id = e.id)
    AND NOT EXISTS (SELECT FROM log_queue q WHERE q.audit_event_id = e.id)
ORDER BY e.id LIMIT 101)
UNION ALL
(SELECT 'certificate ' || c.id || ' (' || k.kind || ')'
FROM certificates c
CROSS JOIN LATERAL (VALUES ('certificate_issued'), ('certificate_' || c.ended_as)) AS k (kind)
WHERE k.kind IS NOT NULL
    AND NOT EXISTS (SELECT FROM log_leaves l WHERE l.certificate_id = c.id AND l.kind = k.kind)
    AND NOT EXISTS (SELECT FROM log_queue q WHERE q.certificate_id = c.id AND q.kind = k.kind)
ORDER BY c.id LIMIT 101)
