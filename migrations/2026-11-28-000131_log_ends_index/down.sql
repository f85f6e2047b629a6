DELETE FROM schema_compatibility WHERE version = '20261128000131';
DROP INDEX log_leaves_ends_idx;
