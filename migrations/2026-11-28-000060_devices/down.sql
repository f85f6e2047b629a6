DELETE FROM schema_compatibility WHERE version = '20261128000060';
DROP TABLE devices;
