-- Sign in with the Hub: registered clients get tokens of their own, for what a person granted them (OAuth 2.1, OpenID Connect).

CREATE TABLE oauth_grants (
    id UUID NOT NULL CONSTRAINT oauth_grants_pkey PRIMARY KEY,
    account_id UUID NOT NULL CONSTRAINT oauth_grants_account_id_fkey REFERENCES accounts (id),
    client_id TEXT NOT NULL
        CONSTRAINT oauth_grants_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
    scopes TEXT[] NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    granted_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT oauth_grants_account_client_key UNIQUE (account_id, client_id)
);
CREATE INDEX oauth_grants_client_id_idx ON oauth_grants (client_id);
COMMENT ON TABLE oauth_grants IS 'What people granted to registered clients; revoking one ends the sessions that it opened.';
COMMENT ON COLUMN oauth_grants.id IS 'UUIDv7.';
COMMENT ON COLUMN oauth_grants.account_id IS 'Who granted it.';
COMMENT ON COLUMN oauth_grants.client_id IS 'To whom.';
COMMENT ON COLUMN oauth_grants.scopes IS 'All scopes that were granted so far.';
COMMENT ON COLUMN oauth_grants.created_at IS 'When the client was granted something for the first time.';
COMMENT ON COLUMN oauth_grants.granted_at IS 'When it was granted something last.';

-- A session that a client opened holds no more than the grant.
ALTER TABLE sessions
    ADD COLUMN grant_id UUID CONSTRAINT sessions_grant_id_fkey REFERENCES oauth_grants (id) ON DELETE CASCADE,
    ADD COLUMN scopes TEXT[],
    ADD CONSTRAINT sessions_scopes_check CHECK ((grant_id IS NULL) = (scopes IS NULL)) NOT VALID;
ALTER TABLE sessions VALIDATE CONSTRAINT sessions_scopes_check;
CREATE INDEX sessions_grant_id_idx ON sessions (grant_id) WHERE grant_id IS NOT NULL;
COMMENT ON COLUMN sessions.grant_id IS 'The grant by which a registered client opened it; null: a session of the owner''s own.';
COMMENT ON COLUMN sessions.scopes IS 'What its tokens may do; null: everything.';

CREATE TABLE oauth_requests (
    id UUID NOT NULL CONSTRAINT oauth_requests_pkey PRIMARY KEY,
    client_id TEXT NOT NULL
        CONSTRAINT oauth_requests_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    state TEXT,
    nonce TEXT,
    scopes TEXT[] NOT NULL,
    code_challenge TEXT NOT NULL
        CONSTRAINT oauth_requests_code_challenge_check CHECK (char_length(code_challenge) = 43),
    browser_digest BYTEA NOT NULL,
    locale TEXT NOT NULL CONSTRAINT oauth_requests_locale_check CHECK (locale IN ('ro', 'en')),
    account_id UUID CONSTRAINT oauth_requests_account_id_fkey REFERENCES accounts (id),
    logged_in_at TIMESTAMPTZ,
    grant_id UUID CONSTRAINT oauth_requests_grant_id_fkey REFERENCES oauth_grants (id) ON DELETE CASCADE,
    code_digest BYTEA CONSTRAINT oauth_requests_code_digest_key UNIQUE,
    code_expires_at TIMESTAMPTZ,
    exchanged_at TIMESTAMPTZ,
    session_id UUID,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT oauth_requests_code_check CHECK ((code_digest IS NULL) = (grant_id IS NULL))
);
CREATE INDEX oauth_requests_client_id_idx ON oauth_requests (client_id);
CREATE INDEX oauth_requests_account_id_idx ON oauth_requests (account_id);
CREATE INDEX oauth_requests_grant_id_idx ON oauth_requests (grant_id);
CREATE INDEX oauth_requests_expires_at_idx ON oauth_requests (expires_at);
COMMENT ON TABLE oauth_requests IS 'Authorization requests of clients: log-in, consent, and the one-time code that they lead to.';
COMMENT ON COLUMN oauth_requests.id IS 'UUIDv7; no secret.';
COMMENT ON COLUMN oauth_requests.client_id IS 'Who asks.';
COMMENT ON COLUMN oauth_requests.redirect_uri IS 'Where the code goes: one of the client''s, to the letter.';
COMMENT ON COLUMN oauth_requests.state IS 'Goes back to the client as it came.';
COMMENT ON COLUMN oauth_requests.nonce IS 'Goes into the ID token.';
COMMENT ON COLUMN oauth_requests.scopes IS 'What is asked for.';
COMMENT ON COLUMN oauth_requests.code_challenge IS 'PKCE: base64url of SHA-256 of the verifier that the exchange must show.';
COMMENT ON COLUMN oauth_requests.browser_digest IS 'SHA-256 of the secret in the cookie of the browser that began it.';
COMMENT ON COLUMN oauth_requests.locale IS 'Language of its pages.';
COMMENT ON COLUMN oauth_requests.account_id IS 'Who logged in.';
COMMENT ON COLUMN oauth_requests.logged_in_at IS 'When.';
COMMENT ON COLUMN oauth_requests.grant_id IS 'What was granted.';
COMMENT ON COLUMN oauth_requests.code_digest IS 'SHA-256 of the one-time code.';
COMMENT ON COLUMN oauth_requests.code_expires_at IS 'When the code ends.';
COMMENT ON COLUMN oauth_requests.exchanged_at IS 'When the code was used.';
COMMENT ON COLUMN oauth_requests.session_id IS 'The session that the code opened: it ends when the code is used again.';
COMMENT ON COLUMN oauth_requests.created_at IS 'When it came.';
COMMENT ON COLUMN oauth_requests.expires_at IS 'Until when the person may log in and decide.';

-- Older versions cannot live with this: a node that knows no scopes would let a client's tokens do everything.
