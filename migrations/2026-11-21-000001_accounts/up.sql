-- Who uses the service: registrations, accounts, sessions, identity verifications.
-- Every column called "sealed" holds AES-256-GCM bytes whose associated data is the column and the row's id;
-- every column called "…_index" holds a keyed hash (HMAC-SHA-256), so that a value is found and not read.

CREATE TABLE registrations (
    id            uuid        CONSTRAINT registrations_pkey PRIMARY KEY,
    email_index   bytea       NOT NULL,
    email         bytea       NOT NULL,
    phone         bytea,
    password_hash text        NOT NULL,
    locale        text        NOT NULL CONSTRAINT registrations_locale_check CHECK (locale IN ('ro', 'en')),
    token_digest  bytea       NOT NULL CONSTRAINT registrations_token_key UNIQUE,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL
);
CREATE INDEX registrations_email_idx ON registrations (email_index, created_at DESC);
CREATE INDEX registrations_expires_idx ON registrations (expires_at);
COMMENT ON TABLE registrations IS 'Accounts asked for, until the mailed link is followed. The password belongs to the link, so nobody can slip a password under somebody else''s confirmation.';
COMMENT ON COLUMN registrations.id IS 'UUIDv7.';
COMMENT ON COLUMN registrations.email_index IS 'Keyed hash of the lower-cased address.';
COMMENT ON COLUMN registrations.email IS 'Sealed address, as typed.';
COMMENT ON COLUMN registrations.phone IS 'Sealed phone number in E.164.';
COMMENT ON COLUMN registrations.password_hash IS 'Argon2id in PHC form.';
COMMENT ON COLUMN registrations.locale IS 'Language of the mails: ro or en.';
COMMENT ON COLUMN registrations.token_digest IS 'SHA-256 of the one-time token in the mailed link.';
COMMENT ON COLUMN registrations.created_at IS 'When it was asked for.';
COMMENT ON COLUMN registrations.expires_at IS 'From then on the link is dead.';

CREATE TABLE accounts (
    id                   uuid        CONSTRAINT accounts_pkey PRIMARY KEY,
    email_index          bytea       NOT NULL CONSTRAINT accounts_email_key UNIQUE,
    email                bytea       NOT NULL,
    phone                bytea,
    password_hash        text,
    role                 text        NOT NULL DEFAULT 'citizen' CONSTRAINT accounts_role_check CHECK (role IN ('citizen', 'officer', 'operator')),
    locale               text        NOT NULL CONSTRAINT accounts_locale_check CHECK (locale IN ('ro', 'en')),
    person_index         bytea       CONSTRAINT accounts_person_key UNIQUE,
    person               bytea,
    identity_method      text        CONSTRAINT accounts_identity_method_check CHECK (identity_method IN ('ghiseul', 'counter')),
    identity_verified_at timestamptz,
    created_at           timestamptz NOT NULL,
    CONSTRAINT accounts_identity_whole_check CHECK (num_nulls(person_index, person, identity_method, identity_verified_at) IN (0, 4))
);
COMMENT ON TABLE accounts IS 'Confirmed accounts, and the person that each has been proved to belong to.';
COMMENT ON COLUMN accounts.id IS 'UUIDv7.';
COMMENT ON COLUMN accounts.email_index IS 'Keyed hash of the lower-cased address: one account an address.';
COMMENT ON COLUMN accounts.email IS 'Sealed address, as typed.';
COMMENT ON COLUMN accounts.phone IS 'Sealed phone number in E.164.';
COMMENT ON COLUMN accounts.password_hash IS 'Argon2id in PHC form; null for an account without a password.';
COMMENT ON COLUMN accounts.role IS 'citizen, officer or operator.';
COMMENT ON COLUMN accounts.locale IS 'Language of the mails: ro or en.';
COMMENT ON COLUMN accounts.person_index IS 'Keyed hash of the CNP: one account a person.';
COMMENT ON COLUMN accounts.person IS 'Sealed CNP, names and birth date, as proved.';
COMMENT ON COLUMN accounts.identity_method IS 'How the person was proved: ghiseul or counter.';
COMMENT ON COLUMN accounts.identity_verified_at IS 'When the person was proved.';
COMMENT ON COLUMN accounts.created_at IS 'When the address was confirmed.';

CREATE TABLE sessions (
    id                uuid        CONSTRAINT sessions_pkey PRIMARY KEY,
    account_id        uuid        NOT NULL CONSTRAINT sessions_account_fkey REFERENCES accounts ON DELETE CASCADE,
    access_digest     bytea       NOT NULL CONSTRAINT sessions_access_key UNIQUE,
    access_expires_at timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    refreshed_at      timestamptz NOT NULL
);
CREATE INDEX sessions_account_idx ON sessions (account_id);
COMMENT ON TABLE sessions IS 'Log-ins that are open. Deleting a row ends the session and every token of it.';
COMMENT ON COLUMN sessions.id IS 'UUIDv7.';
COMMENT ON COLUMN sessions.account_id IS 'Whose it is.';
COMMENT ON COLUMN sessions.access_digest IS 'SHA-256 of the access token in force; a refresh replaces it.';
COMMENT ON COLUMN sessions.access_expires_at IS 'From then on the access token is dead.';
COMMENT ON COLUMN sessions.created_at IS 'When the person logged in.';
COMMENT ON COLUMN sessions.refreshed_at IS 'When the tokens were made last.';

CREATE TABLE refresh_tokens (
    digest     bytea       CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
    session_id uuid        NOT NULL CONSTRAINT refresh_tokens_session_fkey REFERENCES sessions ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_tokens_session_idx ON refresh_tokens (session_id);
COMMENT ON TABLE refresh_tokens IS 'All refresh tokens of a session, the used ones too: a second use is how a theft shows.';
COMMENT ON COLUMN refresh_tokens.digest IS 'SHA-256 of the token.';
COMMENT ON COLUMN refresh_tokens.session_id IS 'The session (the family of tokens) that it belongs to.';
COMMENT ON COLUMN refresh_tokens.expires_at IS 'From then on it is dead.';
COMMENT ON COLUMN refresh_tokens.used_at IS 'When it was exchanged; each token works once.';

CREATE TABLE identity_verifications (
    id             uuid        CONSTRAINT identity_verifications_pkey PRIMARY KEY,
    account_id     uuid        NOT NULL CONSTRAINT identity_verifications_account_fkey REFERENCES accounts ON DELETE CASCADE,
    session_id     uuid        NOT NULL,
    method         text        NOT NULL CONSTRAINT identity_verifications_method_check CHECK (method IN ('ghiseul', 'counter')),
    status         text        NOT NULL CONSTRAINT identity_verifications_status_check CHECK (status IN ('awaiting_redirect', 'awaiting_counter', 'verified', 'rejected', 'expired', 'failed')),
    reason         text,
    state_digest   bytea       CONSTRAINT identity_verifications_state_key UNIQUE,
    browser_digest bytea,
    secrets        bytea,
    return_url     text,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    answered_at    timestamptz,
    completed_at   timestamptz
);
CREATE INDEX identity_verifications_account_idx ON identity_verifications (account_id, id DESC);
COMMENT ON TABLE identity_verifications IS 'Tries to prove who an account belongs to, and how each ended.';
COMMENT ON COLUMN identity_verifications.id IS 'UUIDv7.';
COMMENT ON COLUMN identity_verifications.account_id IS 'The account to be proved.';
COMMENT ON COLUMN identity_verifications.session_id IS 'The session that began it; it may have ended since, so no foreign key.';
COMMENT ON COLUMN identity_verifications.method IS 'ghiseul or counter.';
COMMENT ON COLUMN identity_verifications.status IS 'Where it stands.';
COMMENT ON COLUMN identity_verifications.reason IS 'Stable code of why it was rejected or failed.';
COMMENT ON COLUMN identity_verifications.state_digest IS 'SHA-256 of the OAuth state.';
COMMENT ON COLUMN identity_verifications.browser_digest IS 'SHA-256 of the cookie of the browser that began it; null when a program without a browser began it in the sandbox.';
COMMENT ON COLUMN identity_verifications.secrets IS 'Sealed nonce and PKCE verifier; erased with the answer.';
COMMENT ON COLUMN identity_verifications.return_url IS 'Where the browser goes at the end: one of the registered addresses.';
COMMENT ON COLUMN identity_verifications.created_at IS 'When it began.';
COMMENT ON COLUMN identity_verifications.expires_at IS 'From then on no answer is taken.';
COMMENT ON COLUMN identity_verifications.answered_at IS 'When the provider''s answer came back; only the first is taken.';
COMMENT ON COLUMN identity_verifications.completed_at IS 'When it was verified, rejected or failed.';
