DELETE FROM schema_compatibility WHERE version = '20261128000220';
DROP TABLE oauth_requests;
ALTER TABLE sessions DROP COLUMN grant_id, DROP COLUMN scopes;
DROP TABLE oauth_grants;
