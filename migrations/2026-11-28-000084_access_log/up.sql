-- A person sees the log-ins and log-outs of their account, also of sessions whose rows are gone: by who acted.
--
-- Not CONCURRENTLY, for the reasons of 2026-11-27-000050: audit rows wait while the table is scanned. Few rows are in the index.

CREATE INDEX audit_events_sessions_idx ON audit_events (actor_id, id) WHERE action IN (
    'session.created', 'session.ended', 'session.reuse_detected', 'session.refresh_repeated', 'session.presence_proved', 'session.stepped_up',
    'redirect_login.granted', 'presence.granted', 'identity.verified');
COMMENT ON INDEX audit_events_sessions_idx IS 'What an account did in sessions and redirects, whose rows do not last: for the access log of its owner.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000084', '20261127000001');
