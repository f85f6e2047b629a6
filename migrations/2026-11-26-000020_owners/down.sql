COMMENT ON COLUMN mandates.account_id IS 'The account of the representative.';
DROP INDEX mandates_person_idx;

ALTER TABLE certificates ADD COLUMN account_id uuid CONSTRAINT certificates_account_fkey REFERENCES accounts;
UPDATE certificates SET account_id = (SELECT a.account_id FROM applications a WHERE a.id = certificates.application_id);
ALTER TABLE certificates
    ALTER COLUMN account_id SET NOT NULL,
    DROP COLUMN owner_index;
CREATE INDEX certificates_account_idx ON certificates (account_id, id DESC);
COMMENT ON COLUMN certificates.account_id IS 'Who applied.';

DROP INDEX applications_one_a_day_of_owner_key;
CREATE UNIQUE INDEX applications_one_a_day_of_account_key ON applications (account_id, person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NOT NULL;
ALTER TABLE applications DROP COLUMN owner_index;
DROP INDEX applications_account_idx;
CREATE INDEX applications_account_idx ON applications (account_id, id DESC);
COMMENT ON COLUMN applications.account_id IS 'Who applied.';
