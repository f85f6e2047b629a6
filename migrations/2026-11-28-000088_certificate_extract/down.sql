DELETE FROM schema_compatibility WHERE version = '20261128000088';
DROP INDEX certificates_without_extract_idx;
ALTER TABLE certificates DROP COLUMN extract;
