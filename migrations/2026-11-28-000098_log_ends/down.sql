DELETE FROM schema_compatibility WHERE version = '20261128000098';
DROP VIEW log_ends;
