-- Large tables whose rows change once, soon after they are written: vacuum comes when a hundredth has changed, not a fifth,
-- so that the searches for what still waits do not go through a million dead entries (docs/retention.md has figures).

ALTER TABLE applications SET (autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE certificates SET (autovacuum_vacuum_scale_factor = 0.01);
ALTER TABLE certificate_documents SET (autovacuum_vacuum_scale_factor = 0.01);
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261127000051', '20261127000001');
