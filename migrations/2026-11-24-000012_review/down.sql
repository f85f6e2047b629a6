-- The older version has no word for these: to it, what has ended is expired.
UPDATE certificate_checks SET outcome = 'expired' WHERE outcome IN ('revoked', 'superseded');
ALTER TABLE certificate_checks
    DROP CONSTRAINT certificate_checks_outcome_check,
    ADD CONSTRAINT certificate_checks_outcome_check CHECK (outcome IN ('valid', 'expired'));
ALTER TABLE certificates
    DROP COLUMN superseded_by,
    DROP COLUMN end_reason,
    DROP COLUMN ended_at,
    DROP COLUMN ended_as;
ALTER TABLE application_events
    DROP COLUMN note,
    DROP COLUMN office_id,
    DROP COLUMN actor_id;
DROP INDEX applications_one_a_day_key;
-- Fails when a certificate was corrected on the day of its issue: the older version cannot keep both.
ALTER TABLE applications
    DROP COLUMN matter,
    DROP COLUMN corrects,
    DROP COLUMN reviewer_id,
    ADD CONSTRAINT applications_one_a_day_key UNIQUE (person_index, service, reason, applied_on);
