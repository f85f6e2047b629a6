DELETE FROM schema_compatibility WHERE version = '20261129000380';
ALTER TABLE clients DROP COLUMN scopes;
