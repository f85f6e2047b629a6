-- Pushed authorization requests (RFC 9126): a client sends the parameters itself, and the browser carries a reference to them.
CREATE TABLE oauth_pushed_requests (
    id UUID NOT NULL CONSTRAINT oauth_pushed_requests_pkey PRIMARY KEY,
    client_id TEXT NOT NULL
        CONSTRAINT oauth_pushed_requests_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
    digest BYTEA NOT NULL CONSTRAINT oauth_pushed_requests_digest_key UNIQUE,
    parameters BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX oauth_pushed_requests_client_id_idx ON oauth_pushed_requests (client_id);
CREATE INDEX oauth_pushed_requests_expires_at_idx ON oauth_pushed_requests (expires_at);
COMMENT ON TABLE oauth_pushed_requests IS 'Parameters of authorization requests that clients sent themselves.';
COMMENT ON COLUMN oauth_pushed_requests.id IS 'UUIDv7.';
COMMENT ON COLUMN oauth_pushed_requests.client_id IS 'Who sent them.';
COMMENT ON COLUMN oauth_pushed_requests.digest IS 'SHA-256 of the reference.';
COMMENT ON COLUMN oauth_pushed_requests.parameters IS 'Encrypted: the parameters as a form, which may hold an e-mail address (login_hint).';
COMMENT ON COLUMN oauth_pushed_requests.created_at IS 'When they came.';
COMMENT ON COLUMN oauth_pushed_requests.expires_at IS 'Until when a browser may come with the reference.';

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000360', '20261129000340');
