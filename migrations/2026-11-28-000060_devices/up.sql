-- Devices that logged in to an account before: whoever guesses passwords elsewhere does not lock them out.

CREATE TABLE devices (
    token_digest bytea       NOT NULL CONSTRAINT devices_pkey PRIMARY KEY,
    account_id   uuid        NOT NULL CONSTRAINT devices_account_id_fkey REFERENCES accounts ON DELETE CASCADE,
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL
);
CREATE INDEX devices_account_idx ON devices (account_id, seen_at);
CREATE INDEX devices_seen_idx ON devices (seen_at);
COMMENT ON TABLE devices IS 'Devices that logged in to an account; a new password forgets them.';
COMMENT ON COLUMN devices.token_digest IS 'SHA-256 of the token that the device keeps.';
COMMENT ON COLUMN devices.account_id IS 'Whose log-in it was.';
COMMENT ON COLUMN devices.created_at IS 'First log-in.';
COMMENT ON COLUMN devices.seen_at IS 'Last log-in.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000060', '20261127000001');
