-- Links that set a password, programs that log in, and proofs of identity at a counter.

CREATE TABLE password_resets (
    token_digest bytea       CONSTRAINT password_resets_pkey PRIMARY KEY,
    account_id   uuid        NOT NULL CONSTRAINT password_resets_account_fkey REFERENCES accounts ON DELETE CASCADE,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX password_resets_account_idx ON password_resets (account_id);
CREATE INDEX password_resets_expires_idx ON password_resets (expires_at);
COMMENT ON TABLE password_resets IS 'Mailed links that set a password; each works once, and its use kills the others of the account.';
COMMENT ON COLUMN password_resets.token_digest IS 'SHA-256 of the token in the link.';
COMMENT ON COLUMN password_resets.account_id IS 'Whose password it sets.';
COMMENT ON COLUMN password_resets.created_at IS 'When it was asked for.';
COMMENT ON COLUMN password_resets.expires_at IS 'From then on the link is dead.';

CREATE TABLE known_agents (
    account_id  uuid        NOT NULL CONSTRAINT known_agents_account_fkey REFERENCES accounts ON DELETE CASCADE,
    agent_index bytea       NOT NULL,
    seen_at     timestamptz NOT NULL,
    CONSTRAINT known_agents_pkey PRIMARY KEY (account_id, agent_index)
);
CREATE INDEX known_agents_seen_idx ON known_agents (seen_at);
COMMENT ON TABLE known_agents IS 'Programs that an account was logged in to from: its owner is told of a new one.';
COMMENT ON COLUMN known_agents.account_id IS 'Whose account.';
COMMENT ON COLUMN known_agents.agent_index IS 'Keyed hash of User-Agent without its versions.';
COMMENT ON COLUMN known_agents.seen_at IS 'When it last logged in.';

ALTER TABLE identity_verifications
    ADD COLUMN claim bytea,
    ADD COLUMN activation_code_index bytea CONSTRAINT identity_verifications_activation_code_key UNIQUE,
    ADD COLUMN office_id uuid CONSTRAINT identity_verifications_office_fkey REFERENCES offices,
    ADD COLUMN officer_id uuid CONSTRAINT identity_verifications_officer_fkey REFERENCES accounts,
    ADD COLUMN opened_at timestamptz,
    ADD COLUMN document bytea,
    ADD COLUMN note bytea,
    ADD COLUMN moved_from_id uuid CONSTRAINT identity_verifications_moved_from_fkey REFERENCES accounts,
    ADD COLUMN moved_from_method text,
    ADD COLUMN moved_from_verified_at timestamptz,
    ADD CONSTRAINT identity_verifications_counter_check CHECK (method <> 'counter' OR activation_code_index IS NOT NULL),
    ADD CONSTRAINT identity_verifications_moved_from_check CHECK (num_nulls(moved_from_id, moved_from_method, moved_from_verified_at) IN (0, 3)),
    ADD CONSTRAINT identity_verifications_opened_check CHECK (num_nulls(office_id, officer_id, opened_at) IN (0, 3));
CREATE INDEX identity_verifications_office_idx ON identity_verifications (office_id, completed_at DESC) WHERE office_id IS NOT NULL;
CREATE INDEX identity_verifications_officer_idx ON identity_verifications (officer_id) WHERE officer_id IS NOT NULL;
CREATE INDEX identity_verifications_moved_from_idx ON identity_verifications (moved_from_id) WHERE moved_from_id IS NOT NULL;
CREATE UNIQUE INDEX identity_verifications_one_at_counter_key ON identity_verifications (account_id) WHERE status = 'awaiting_counter';
COMMENT ON COLUMN identity_verifications.claim IS 'Sealed CNP, names and birth date that the account says are its owner''s, until an officer has decided.';
COMMENT ON COLUMN identity_verifications.activation_code_index IS 'Keyed hash of the activation code; kept after its use, so that no code ever comes twice.';
COMMENT ON COLUMN identity_verifications.office_id IS 'The office where it was opened by its code, and where alone it is decided and undone.';
COMMENT ON COLUMN identity_verifications.officer_id IS 'The officer who opened or decided it last.';
COMMENT ON COLUMN identity_verifications.opened_at IS 'When the officer opened it by its code.';
COMMENT ON COLUMN identity_verifications.document IS 'Sealed type, series, number and expiry of the document that the officer saw.';
COMMENT ON COLUMN identity_verifications.note IS 'Sealed note of the officer, or the reason of an undoing.';
COMMENT ON COLUMN identity_verifications.moved_from_id IS 'The account that the person belonged to before; an undoing gives it back.';
COMMENT ON COLUMN identity_verifications.moved_from_method IS 'How the person was proved to own that account.';
COMMENT ON COLUMN identity_verifications.moved_from_verified_at IS 'When.';
