DELETE FROM schema_compatibility WHERE version = '20261128000130';
ALTER TABLE certificates
    ALTER COLUMN payload SET STORAGE EXTENDED,
    ALTER COLUMN cades SET STORAGE EXTENDED;
DROP INDEX applications_one_a_day_key;
CREATE UNIQUE INDEX applications_one_a_day_key ON applications (person_index, service, reason, applied_on)
    WHERE corrects IS NULL AND matter IS NULL AND undone_at IS NULL;
