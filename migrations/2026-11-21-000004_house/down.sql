DROP TABLE throttles, idempotency_keys, jobs, audit_events;
DROP FUNCTION refuse_change;
