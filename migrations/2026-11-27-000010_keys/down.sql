DELETE FROM schema_compatibility WHERE version = '20261127000010';
COMMENT ON COLUMN idempotency_keys.running_until IS 'The first request is at work until then at most.';
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status of the answer; null while it is worked on.';
