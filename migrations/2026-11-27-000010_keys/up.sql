-- A key is written in the transaction that does the work and keeps the answer. running_until, and a status that is null, are of
-- nodes of the version before; a later migration takes them out.

COMMENT ON COLUMN idempotency_keys.running_until IS 'Of a node of the version before: it is at work until then at most. Otherwise when the key was used; to be dropped.';
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status of the answer; null while a node of the version before works on it.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261127000010', '20261127000002');
