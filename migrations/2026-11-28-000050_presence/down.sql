DELETE FROM schema_compatibility WHERE version = '20261128000050';
ALTER TABLE redirect_logins DROP COLUMN proves_session_id;
ALTER TABLE sessions DROP COLUMN proved_at;
