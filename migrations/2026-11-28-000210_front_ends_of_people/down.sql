DELETE FROM schema_compatibility WHERE version = '20261128000210';
ALTER TABLE accounts DROP COLUMN client_id;
ALTER TABLE registrations DROP COLUMN client_id;
