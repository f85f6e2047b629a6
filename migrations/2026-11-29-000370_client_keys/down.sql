DELETE FROM schema_compatibility WHERE version = '20261129000370';
DROP TABLE client_assertions;
DROP TABLE client_keys;
