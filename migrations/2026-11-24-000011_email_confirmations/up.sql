-- An account that a redirect made gets its e-mail address afterwards, by confirmation.

CREATE TABLE email_confirmations (
    account_id   uuid        CONSTRAINT email_confirmations_pkey PRIMARY KEY CONSTRAINT email_confirmations_account_fkey REFERENCES accounts ON DELETE CASCADE,
    email_index  bytea       NOT NULL,
    email        bytea       NOT NULL,
    token_digest bytea       NOT NULL CONSTRAINT email_confirmations_token_key UNIQUE,
    expires_at   timestamptz NOT NULL
);
CREATE INDEX email_confirmations_expires_idx ON email_confirmations (expires_at);
COMMENT ON TABLE email_confirmations IS 'Addresses that accounts without one have named, until the mailed link is followed: the last one of each account.';
COMMENT ON COLUMN email_confirmations.account_id IS 'Whose it is to be.';
COMMENT ON COLUMN email_confirmations.email_index IS 'Keyed hash of the lower-cased address.';
COMMENT ON COLUMN email_confirmations.email IS 'Sealed address, as typed, in the place that it will have in the account.';
COMMENT ON COLUMN email_confirmations.token_digest IS 'SHA-256 of the one-time token in the mailed link.';
COMMENT ON COLUMN email_confirmations.expires_at IS 'From then on the link is dead.';
