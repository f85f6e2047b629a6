-- The Hub's log-in page: a person goes on from it through an identity provider, or arrives at it from there.
--
-- Not CONCURRENTLY, for the reasons of 2026-11-27-000050: no row is in the index yet, and log-ins wait for one scan.
ALTER TABLE redirect_logins
    ADD COLUMN on_log_in_page BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN oauth_request_id UUID
        CONSTRAINT redirect_logins_oauth_request_id_fkey REFERENCES oauth_requests (id) ON DELETE CASCADE;
CREATE INDEX redirect_logins_oauth_request_id_idx ON redirect_logins (oauth_request_id) WHERE oauth_request_id IS NOT NULL;
COMMENT ON COLUMN redirect_logins.on_log_in_page IS 'Whether its code works on the Hub''s log-in page alone, instead of opening a session.';
COMMENT ON COLUMN redirect_logins.oauth_request_id IS 'The client''s request whose log-in page it was begun on; its code works for no other.';

ALTER TABLE oauth_requests
    ADD COLUMN logged_in_by TEXT,
    ADD COLUMN second_factor TEXT
        CONSTRAINT oauth_requests_second_factor_check CHECK (second_factor IN ('totp', 'recovery_code'));
COMMENT ON COLUMN oauth_requests.logged_in_by IS 'How the person logged in: password, or the name of an identity provider.';
COMMENT ON COLUMN oauth_requests.second_factor IS 'The second factor that was shown besides.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000320', '20261128000220');
