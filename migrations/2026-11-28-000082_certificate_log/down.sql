DELETE FROM schema_compatibility WHERE version = '20261128000082';
DROP VIEW certificate_log;
