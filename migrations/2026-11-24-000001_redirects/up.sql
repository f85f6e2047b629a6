-- Redirects: any number of identity providers, log-in by redirect from either side, accounts that began without an
-- e-mail address.

ALTER TABLE accounts
    ALTER COLUMN email_index DROP NOT NULL,
    ALTER COLUMN email DROP NOT NULL,
    ADD CONSTRAINT accounts_email_whole_check CHECK (num_nulls(email_index, email) IN (0, 2)),
    DROP CONSTRAINT accounts_identity_method_check,
    ADD CONSTRAINT accounts_identity_method_check CHECK (identity_method ~ '^[a-z][a-z0-9-]{0,31}$');
COMMENT ON TABLE accounts IS 'Accounts with a confirmed address, a proved person, or both.';
COMMENT ON COLUMN accounts.email_index IS 'Keyed hash of the lower-cased address: one account an address. Null for an account that a redirect made, until its owner confirms an address.';
COMMENT ON COLUMN accounts.email IS 'Sealed address, as typed; always a confirmed one.';
COMMENT ON COLUMN accounts.identity_method IS 'How the person was proved: counter, or the name of the identity provider.';
COMMENT ON COLUMN accounts.created_at IS 'When the address was confirmed, or the first redirect brought the person.';

ALTER TABLE identity_verifications
    DROP CONSTRAINT identity_verifications_method_check,
    ADD CONSTRAINT identity_verifications_method_check CHECK (method ~ '^[a-z][a-z0-9-]{0,31}$');
COMMENT ON COLUMN identity_verifications.method IS 'counter, or the name of the identity provider.';

CREATE TABLE redirect_logins (
    id               uuid        CONSTRAINT redirect_logins_pkey PRIMARY KEY,
    provider         text        NOT NULL CONSTRAINT redirect_logins_provider_check CHECK (provider ~ '^[a-z][a-z0-9-]{0,31}$'),
    client_id        text        NOT NULL,
    return_url       text        NOT NULL,
    browser_digest   bytea,
    state_digest     bytea       CONSTRAINT redirect_logins_state_key UNIQUE,
    secrets          bytea,
    answered_at      timestamptz,
    assertion_digest bytea,
    account_id       uuid        CONSTRAINT redirect_logins_account_fkey REFERENCES accounts ON DELETE SET NULL,
    code_digest      bytea       CONSTRAINT redirect_logins_code_key UNIQUE,
    code_expires_at  timestamptz,
    exchanged_at     timestamptz,
    session_id       uuid,
    created_at       timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    CONSTRAINT redirect_logins_assertion_key UNIQUE (provider, assertion_digest),
    CONSTRAINT redirect_logins_begin_check CHECK (num_nonnulls(state_digest, assertion_digest) = 1),
    CONSTRAINT redirect_logins_code_check CHECK (num_nulls(code_digest, code_expires_at) IN (0, 2)),
    CONSTRAINT redirect_logins_exchange_check CHECK (num_nulls(exchanged_at, session_id) IN (0, 2))
);
CREATE INDEX redirect_logins_account_idx ON redirect_logins (account_id);
CREATE INDEX redirect_logins_expires_idx ON redirect_logins (expires_at);
COMMENT ON TABLE redirect_logins IS 'Log-ins by redirect: begun at the Hub (with a state) or at the identity provider (with a signed assertion), ended by a one-time code.';
COMMENT ON COLUMN redirect_logins.id IS 'UUIDv7.';
COMMENT ON COLUMN redirect_logins.provider IS 'Name of the identity provider.';
COMMENT ON COLUMN redirect_logins.client_id IS 'The front end that it returns to.';
COMMENT ON COLUMN redirect_logins.return_url IS 'Where the browser goes at the end: one of the addresses that the front end has registered.';
COMMENT ON COLUMN redirect_logins.browser_digest IS 'SHA-256 of the cookie of the browser that may exchange the code; null for a program without a browser in the sandbox.';
COMMENT ON COLUMN redirect_logins.state_digest IS 'SHA-256 of the OAuth state, when it began at the Hub.';
COMMENT ON COLUMN redirect_logins.secrets IS 'Sealed nonce and PKCE verifier; erased with the answer.';
COMMENT ON COLUMN redirect_logins.answered_at IS 'When the provider''s answer came back; only the first is taken.';
COMMENT ON COLUMN redirect_logins.assertion_digest IS 'SHA-256 of the assertion''s jti, when it began at the provider: each works once.';
COMMENT ON COLUMN redirect_logins.account_id IS 'Whom it logs in.';
COMMENT ON COLUMN redirect_logins.code_digest IS 'SHA-256 of the one-time code that the browser carries to the front end.';
COMMENT ON COLUMN redirect_logins.code_expires_at IS 'From then on the code is dead: a minute.';
COMMENT ON COLUMN redirect_logins.exchanged_at IS 'When the code was exchanged; each works once.';
COMMENT ON COLUMN redirect_logins.session_id IS 'The session that it was exchanged for; it may have ended since, so no foreign key.';
COMMENT ON COLUMN redirect_logins.created_at IS 'When it began.';
COMMENT ON COLUMN redirect_logins.expires_at IS 'From then on no answer and no assertion is taken.';
