-- A check with another name than the holder's is written down too: it is what a holder wants to know of most.

ALTER TABLE certificate_checks
    DROP CONSTRAINT certificate_checks_outcome_check,
    ADD CONSTRAINT certificate_checks_outcome_check CHECK (outcome IN ('valid', 'expired', 'revoked', 'superseded', 'no_match'));
COMMENT ON COLUMN certificate_checks.outcome IS 'What was answered; no_match when the name that was typed was not the holder''s.';
