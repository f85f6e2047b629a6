-- What a node remembers outside the database: whose end it has seen in the log.

CREATE VIEW log_ends AS
    SELECT leaf_index, certificate_id FROM log_leaves WHERE kind IN ('certificate_revoked', 'certificate_superseded');
COMMENT ON VIEW log_ends IS 'The leaves of ends of certificates.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000098', '20261127000001');
