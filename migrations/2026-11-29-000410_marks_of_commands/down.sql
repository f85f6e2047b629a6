DELETE FROM schema_compatibility WHERE version = '20261129000410';
COMMENT ON COLUMN audit_events.detail IS 'Of the start of a node: its version, a digest of its settings, its keys. Of a refusal: the operation that was refused, or the pattern of its route. Never personal data.';
