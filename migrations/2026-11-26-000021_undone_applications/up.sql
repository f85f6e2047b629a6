-- Who was not the person does not use up the person's application of the day.

ALTER TABLE applications ADD COLUMN undone_at timestamptz;
COMMENT ON COLUMN applications.undone_at IS 'When it was found that whoever applied was not its owner.';
DROP INDEX applications_one_a_day_key;
CREATE UNIQUE INDEX applications_one_a_day_key ON applications (person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NULL AND undone_at IS NULL;
DROP INDEX applications_one_a_day_of_owner_key;
CREATE UNIQUE INDEX applications_one_a_day_of_owner_key ON applications (owner_index, person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NOT NULL AND undone_at IS NULL;

COMMENT ON COLUMN application_events.status IS 'The status that the step led to; revoked for what became of the certificate afterwards.';
