DELETE FROM schema_compatibility WHERE version = '20261128000092';
COMMENT ON COLUMN throttles.hits IS 'How many in the window.';
COMMENT ON COLUMN audit_events.detail IS 'Of the start of a node: its version, a digest of its settings, its keys. Never personal data.';
