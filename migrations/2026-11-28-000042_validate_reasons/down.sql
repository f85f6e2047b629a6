-- A constraint that was looked at stays so.
DELETE FROM schema_compatibility WHERE version = '20261128000042';
