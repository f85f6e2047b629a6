DELETE FROM schema_compatibility WHERE version = '20261128000061';
ALTER TABLE audit_events DROP COLUMN sender, DROP COLUMN times, DROP COLUMN detail;
