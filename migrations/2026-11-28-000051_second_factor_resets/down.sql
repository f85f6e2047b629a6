DELETE FROM schema_compatibility WHERE version = '20261128000051';
DROP TABLE second_factor_resets;
