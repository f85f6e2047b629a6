-- Clients that prove who they are by a signature instead of a secret: private_key_jwt (OpenID Connect Core, section 9; RFC 7523).
CREATE TABLE client_keys (
    id UUID NOT NULL CONSTRAINT client_keys_pkey PRIMARY KEY,
    client_id TEXT NOT NULL CONSTRAINT client_keys_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
    kid TEXT CONSTRAINT client_keys_kid_check CHECK (char_length(kid) BETWEEN 1 AND 100),
    point BYTEA NOT NULL CONSTRAINT client_keys_point_check CHECK (octet_length(point) = 65),
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX client_keys_client_id_idx ON client_keys (client_id);
COMMENT ON TABLE client_keys IS 'Public keys of registered clients. A client that has one authenticates by it at the authorization server, and by no secret.';
COMMENT ON COLUMN client_keys.id IS 'UUIDv7.';
COMMENT ON COLUMN client_keys.client_id IS 'Whose it is.';
COMMENT ON COLUMN client_keys.kid IS 'What the client calls it.';
COMMENT ON COLUMN client_keys.point IS 'A point of P-256, uncompressed (SEC 1, section 2.3.3).';
COMMENT ON COLUMN client_keys.created_at IS 'When it was registered.';

CREATE TABLE client_assertions (
    client_id TEXT NOT NULL,
    digest BYTEA NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT client_assertions_pkey PRIMARY KEY (client_id, digest)
);
CREATE INDEX client_assertions_expires_at_idx ON client_assertions (expires_at);
COMMENT ON TABLE client_assertions IS 'Assertions that clients showed: each works once.';
COMMENT ON COLUMN client_assertions.client_id IS 'Whose it is; no reference, so that an assertion is still known when its client was removed and registered again.';
COMMENT ON COLUMN client_assertions.digest IS 'SHA-256 of its id (jti).';
COMMENT ON COLUMN client_assertions.expires_at IS 'When nobody takes it any more.';

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000370', '20261129000340');
