COMMENT ON COLUMN application_events.status IS 'The status that the step led to.';
DELETE FROM application_events WHERE status = 'revoked';

DROP INDEX applications_one_a_day_of_owner_key;
CREATE UNIQUE INDEX applications_one_a_day_of_owner_key ON applications (owner_index, person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NOT NULL;
DROP INDEX applications_one_a_day_key;
CREATE UNIQUE INDEX applications_one_a_day_key ON applications (person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NULL;
ALTER TABLE applications DROP COLUMN undone_at;
