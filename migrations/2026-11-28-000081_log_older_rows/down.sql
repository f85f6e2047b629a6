-- What is queued or logged goes with its tables.
DELETE FROM schema_compatibility WHERE version = '20261128000081';
