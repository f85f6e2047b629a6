-- Each node reads the new ends of certificates at each checkpoint. Ends are rare, so it would go through all leaves since the
-- last one. Not CONCURRENTLY, for the reasons of 2026-11-27-000050: the log waits for one scan, issues do not.
CREATE INDEX log_leaves_ends_idx ON log_leaves (leaf_index) WHERE kind IN ('certificate_revoked', 'certificate_superseded');
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000131', '20261127000001');
