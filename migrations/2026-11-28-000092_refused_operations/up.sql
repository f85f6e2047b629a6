-- What columns hold since refusals name their operation, and since right guesses touch the count of wrong ones.

COMMENT ON COLUMN audit_events.detail IS 'Of the start of a node: its version, a digest of its settings, its keys. Of a refusal: the operation that was refused, or the pattern of its route. Never personal data.';
COMMENT ON COLUMN throttles.hits IS 'How many in the window; 0 where right guesses alone were made.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000092', '20261127000001');
