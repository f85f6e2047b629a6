DELETE FROM schema_compatibility WHERE version = '20261128000106';
DROP INDEX support_requests_created_idx;
