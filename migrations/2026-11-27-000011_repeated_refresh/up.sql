-- A refresh whose answer was lost is answered the same again, for some seconds and to the same program.

ALTER TABLE sessions
    ADD COLUMN refreshed_by bytea,
    ADD COLUMN refresh_client bytea,
    ADD COLUMN refresh_answer bytea,
    ADD CONSTRAINT sessions_refresh_answer_check CHECK (refresh_answer IS NULL OR (refreshed_by IS NOT NULL AND refresh_client IS NOT NULL));
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261127000011', '20261127000001');
COMMENT ON COLUMN sessions.refreshed_by IS 'SHA-256 of the refresh token that the tokens in force were made for.';
COMMENT ON COLUMN sessions.refresh_client IS 'Keyed hash of the User-Agent that showed it.';
COMMENT ON COLUMN sessions.refresh_answer IS 'The tokens in force, encrypted, to be answered again for some seconds; the next refresh replaces it, housekeeping empties it.';
