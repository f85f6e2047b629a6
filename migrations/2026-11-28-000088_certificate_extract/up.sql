-- What verification needs of a payload, so that a node that verifies alone needs neither the payload nor a key for it.
-- Rows from before have none until a worker has made it.
--
-- The index is not built CONCURRENTLY, as that of 2026-11-27-000050: issues wait for one scan of the table. It shrinks to nothing
-- as workers go through it.
ALTER TABLE certificates ADD COLUMN extract BYTEA;
COMMENT ON COLUMN certificates.extract IS
    'Keyed hash over the id and the rest; then JSON: SHA-256 of the payload, keyed hashes of the holder''s name, the issuing unit. Empty if the payload was not intact.';
CREATE INDEX certificates_without_extract_idx ON certificates (id) WHERE extract IS NULL;
COMMENT ON INDEX certificates_without_extract_idx IS 'Certificates whose extract is still to be made.';

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000088', '20261127000001');
