-- When the owner of a session last proved to be present in it, and redirects that prove it.

ALTER TABLE sessions ADD COLUMN proved_at timestamptz;
COMMENT ON COLUMN sessions.proved_at IS 'When its owner last proved to be present in it, by the password or by redirect; null if never. Some changes need a recent proof.';
ALTER TABLE redirect_logins ADD COLUMN proves_session_id uuid;
COMMENT ON COLUMN redirect_logins.proves_session_id IS 'The session whose owner proves to be present; null for a log-in. It may have ended since, so no foreign key.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000050', '20261127000001');
