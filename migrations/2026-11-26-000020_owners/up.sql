-- A certificate follows its person: rights hang on the person who is proved to own an account at the moment of use.

ALTER TABLE applications ADD COLUMN owner_index bytea;
UPDATE applications SET owner_index = coalesce(
    (SELECT m.person_index FROM mandates m WHERE m.id = applications.mandate_id),
    CASE WHEN matter IS NULL THEN person_index END,
    (SELECT o.person_index FROM accounts o WHERE o.id = applications.account_id),
    -- Not known any more: nobody's, and no two accounts' the same.
    uuid_send(account_id));
ALTER TABLE applications ALTER COLUMN owner_index SET NOT NULL;
DROP INDEX applications_account_idx;
CREATE INDEX applications_account_idx ON applications (account_id);
CREATE INDEX applications_owner_idx ON applications (owner_index, id DESC);
DROP INDEX applications_one_a_day_of_account_key;
CREATE UNIQUE INDEX applications_one_a_day_of_owner_key ON applications (owner_index, person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NOT NULL;
COMMENT ON COLUMN applications.owner_index IS 'Keyed hash of the CNP of who applied. The application is theirs, whatever account is theirs.';
COMMENT ON COLUMN applications.account_id IS 'The account that applied. It gives no right: it may be another person''s by now.';

ALTER TABLE certificates ADD COLUMN owner_index bytea;
UPDATE certificates SET owner_index = (SELECT a.owner_index FROM applications a WHERE a.id = certificates.application_id);
ALTER TABLE certificates
    ALTER COLUMN owner_index SET NOT NULL,
    DROP COLUMN account_id;
CREATE INDEX certificates_owner_idx ON certificates (owner_index, id DESC);
COMMENT ON COLUMN certificates.owner_index IS 'Keyed hash of the CNP of who applied: the certificate is theirs, whatever account is theirs.';

CREATE INDEX mandates_person_idx ON mandates (person_index, id DESC);
COMMENT ON COLUMN mandates.account_id IS 'The account that asked for it. It gives no right: it may be another person''s by now.';
