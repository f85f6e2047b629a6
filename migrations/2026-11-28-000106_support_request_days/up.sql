-- Officers list the support requests of some days.
--
-- The index is not built CONCURRENTLY: closed requests are deleted, and a few are written in a minute.
CREATE INDEX support_requests_created_idx ON support_requests (created_at);
COMMENT ON INDEX support_requests_created_idx IS 'For lists by days.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000106', '20261127000001');
