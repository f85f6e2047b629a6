DELETE FROM schema_compatibility WHERE version = '20261128000108';
ALTER TABLE sandbox.outages DROP COLUMN behaviour;
DROP TABLE sandbox.persons;
