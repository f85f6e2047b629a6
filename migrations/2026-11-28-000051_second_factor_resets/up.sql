-- Lost second factors: they are removed after a waiting time, which their owner can stop.

CREATE TABLE second_factor_resets (
    account_id   uuid        CONSTRAINT second_factor_resets_pkey PRIMARY KEY
                             CONSTRAINT second_factor_resets_account_fkey REFERENCES accounts ON DELETE CASCADE,
    stop_digest  bytea       NOT NULL CONSTRAINT second_factor_resets_stop_key UNIQUE,
    officer_id   uuid        CONSTRAINT second_factor_resets_officer_fkey REFERENCES accounts,
    requested_at timestamptz NOT NULL,
    effective_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    CONSTRAINT second_factor_resets_times_check CHECK (requested_at < effective_at AND effective_at < expires_at)
);
CREATE INDEX second_factor_resets_officer_idx ON second_factor_resets (officer_id);
CREATE INDEX second_factor_resets_expires_idx ON second_factor_resets (expires_at);
COMMENT ON TABLE second_factor_resets IS 'Second factors that their owners say are lost: removed at the first log-in after the waiting time, unless stopped before.';
COMMENT ON COLUMN second_factor_resets.account_id IS 'Whose second factor it is; one reset at a time.';
COMMENT ON COLUMN second_factor_resets.stop_digest IS 'SHA-256 of the mailed token that stops it.';
COMMENT ON COLUMN second_factor_resets.officer_id IS 'The officer who saw the person at a counter; null if the proof of identity came by redirect.';
COMMENT ON COLUMN second_factor_resets.requested_at IS 'When it was asked for.';
COMMENT ON COLUMN second_factor_resets.effective_at IS 'From when a log-in needs no second factor, and removes it.';
COMMENT ON COLUMN second_factor_resets.expires_at IS 'From when it has no effect any more.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000051', '20261127000001');
