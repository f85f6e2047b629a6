DELETE FROM schema_compatibility WHERE version = '20261129000350';
ALTER TABLE clients DROP COLUMN first_party;
