DELETE FROM schema_compatibility WHERE version = '20261128000105';
DROP TABLE stream_tokens;
