-- What every issue writes.
--
-- The index of one application a day begins with the day, not with a hash: new entries go to the same pages, which fit into
-- memory whatever the number of applications. Not CONCURRENTLY, for the reasons of 2026-11-27-000050: issues wait for one scan.
CREATE UNIQUE INDEX applications_one_a_day_of_subject_key ON applications (applied_on, person_index, service, reason)
    WHERE corrects IS NULL AND matter IS NULL AND undone_at IS NULL;
COMMENT ON INDEX applications_one_a_day_of_subject_key IS 'One application a day for one reason (Order 150/21.085/2023).';
DROP INDEX applications_one_a_day_key;
ALTER INDEX applications_one_a_day_of_subject_key RENAME TO applications_one_a_day_key;

-- Ciphertext and signatures cannot be compressed, so nothing tries.
ALTER TABLE certificates
    ALTER COLUMN payload SET STORAGE EXTERNAL,
    ALTER COLUMN cades SET STORAGE EXTERNAL;
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000130', '20261127000001');
