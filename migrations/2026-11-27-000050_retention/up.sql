-- Housekeeping finds what it empties without reading the whole table, every ten minutes.
--
-- Not CONCURRENTLY: that takes a file of its own for each index and leaves an invalid one behind when it is cut short. Both
-- hold the few rows that are not emptied yet; the scan of 2 million rows took 0.3 s, for which proofs of identity wait.

CREATE INDEX identity_verifications_secrets_idx ON identity_verifications (expires_at) WHERE secrets IS NOT NULL;
CREATE INDEX identity_verifications_claim_idx ON identity_verifications (expires_at) WHERE claim IS NOT NULL;
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261127000050', '20261127000001');
COMMENT ON INDEX identity_verifications_secrets_idx IS 'Redirects whose secrets are not emptied yet.';
COMMENT ON INDEX identity_verifications_claim_idx IS 'Claims at counters that are not emptied yet.';
