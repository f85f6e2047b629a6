-- Commands of operators and the keys of a node are in the audit log: what its column holds of them.
COMMENT ON COLUMN audit_events.detail IS 'Of the start of a node: its version, a digest of its settings, its keys by fingerprint or id; in rows of the same request the names of its settings. Of a command: what it was asked for, and how much it changed. Of a refusal: the operation that was refused, or the pattern of its route. Never personal data.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000410', '20261129000340');
