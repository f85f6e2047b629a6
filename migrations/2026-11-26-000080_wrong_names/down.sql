DELETE FROM certificate_checks WHERE outcome = 'no_match';
ALTER TABLE certificate_checks
    DROP CONSTRAINT certificate_checks_outcome_check,
    ADD CONSTRAINT certificate_checks_outcome_check CHECK (outcome IN ('valid', 'expired', 'revoked', 'superseded'));
COMMENT ON COLUMN certificate_checks.outcome IS 'What was answered.';
