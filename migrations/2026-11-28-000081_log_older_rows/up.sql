-- What was there before the triggers is logged too. Nobody waits for this: rows that come meanwhile are queued by their
-- triggers, and what is queued twice is logged once.

INSERT INTO log_queue (kind, certificate_id)
    SELECT 'certificate_issued', c.id FROM certificates c
    WHERE NOT EXISTS (SELECT FROM log_queue q WHERE q.certificate_id = c.id AND q.kind = 'certificate_issued')
    ORDER BY c.id;
INSERT INTO log_queue (kind, certificate_id)
    SELECT 'certificate_' || c.ended_as, c.id FROM certificates c
    WHERE c.ended_as IS NOT NULL
        AND NOT EXISTS (SELECT FROM log_queue q WHERE q.certificate_id = c.id AND q.kind = 'certificate_' || c.ended_as)
    ORDER BY c.id;
INSERT INTO log_queue (kind, audit_event_id)
    SELECT 'audit_event', e.id FROM audit_events e
    WHERE NOT EXISTS (SELECT FROM log_queue q WHERE q.audit_event_id = e.id)
    ORDER BY e.id;
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000081', '20261127000001');
