DELETE FROM schema_compatibility WHERE version = '20261128000086';
DELETE FROM email_confirmations WHERE effective_at IS NOT NULL;
ALTER TABLE email_confirmations
    DROP CONSTRAINT email_confirmations_change_check,
    DROP COLUMN stop_digest,
    DROP COLUMN requested_at,
    DROP COLUMN effective_at,
    DROP COLUMN confirmed_at;
