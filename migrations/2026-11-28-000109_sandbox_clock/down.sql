DELETE FROM schema_compatibility WHERE version = '20261128000109';
DROP TABLE sandbox.clock;
