ALTER TABLE sessions DROP COLUMN refresh_answer, DROP COLUMN refresh_client, DROP COLUMN refreshed_by;
DELETE FROM schema_compatibility WHERE version = '20261127000011';
