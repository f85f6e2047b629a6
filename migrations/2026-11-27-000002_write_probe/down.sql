DELETE FROM schema_compatibility WHERE version = '20261127000002';
DROP TABLE write_probe;
