-- Audit rows name the sender, and what was refused is an audit row too: how often, in one row for many.

ALTER TABLE audit_events
    ADD COLUMN sender text,
    ADD COLUMN times  integer,
    ADD COLUMN detail text;
ALTER TABLE audit_events
    ADD CONSTRAINT audit_events_sender_check CHECK (sender ~ '^[a-z2-7]{16}$') NOT VALID,
    ADD CONSTRAINT audit_events_times_check CHECK (times > 0) NOT VALID,
    ADD CONSTRAINT audit_events_detail_check CHECK (char_length(detail) <= 500) NOT VALID;
COMMENT ON COLUMN audit_events.sender IS 'Keyed hash of the network that the request came from.';
COMMENT ON COLUMN audit_events.times IS 'Of what was refused: how often within the hour, up to this row. There is a row for the first, second, fourth, eighth … time.';
COMMENT ON COLUMN audit_events.detail IS 'Of the start of a node: its version, a digest of its settings, its keys. Never personal data.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000061', '20261127000001');
