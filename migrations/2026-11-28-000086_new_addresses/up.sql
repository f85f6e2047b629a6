-- Another address for an account that has one: confirmed by whoever reads it, and the account's after a waiting time in which
-- the old one can stop it.

ALTER TABLE email_confirmations
    ADD COLUMN stop_digest bytea CONSTRAINT email_confirmations_stop_key UNIQUE,
    ADD COLUMN requested_at timestamptz,
    ADD COLUMN effective_at timestamptz,
    ADD COLUMN confirmed_at timestamptz,
    ADD CONSTRAINT email_confirmations_change_check CHECK (num_nulls(stop_digest, requested_at, effective_at) IN (0, 3)
        AND (confirmed_at IS NULL OR effective_at IS NOT NULL) AND effective_at > requested_at AND expires_at > effective_at) NOT VALID;
COMMENT ON TABLE email_confirmations IS 'Addresses that accounts have named: a first one, until its mailed link is followed, or another one, until its waiting time is over. One of each account.';
COMMENT ON COLUMN email_confirmations.expires_at IS 'From then on the link is dead, and nothing comes of it any more.';
COMMENT ON COLUMN email_confirmations.stop_digest IS 'SHA-256 of the token mailed to the old address, which stops the change; null for a first address.';
COMMENT ON COLUMN email_confirmations.requested_at IS 'When the change was asked for; null for a first address.';
COMMENT ON COLUMN email_confirmations.effective_at IS 'When the waiting time of a change is over; null for a first address.';
COMMENT ON COLUMN email_confirmations.confirmed_at IS 'When the owner, logged in, followed the link mailed to the new address; null before, and for a first address.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000086', '20261127000001');
