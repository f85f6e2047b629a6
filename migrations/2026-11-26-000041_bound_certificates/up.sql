-- What verification answers from is bound by keyed hashes, so that a row that was altered in the database is known as one.

ALTER TABLE certificates
    ADD COLUMN facts_mac bytea,
    ADD COLUMN status_mac bytea,
    ADD CONSTRAINT certificates_bound_check CHECK (coalesce(octet_length(facts_mac) = 33 AND octet_length(status_mac) = 33, false)) NOT VALID;
COMMENT ON COLUMN certificates.facts_mac IS 'Keyed hash (key id, HMAC-SHA-256) of what was issued: id, number, indexes, service, reason, finding, dates, signer. A row without one is not answered from.';
COMMENT ON COLUMN certificates.status_mac IS 'Keyed hash of what became of it: id, ended_as, ended_at, end_reason, superseded_by. Written by whatever issues or ends it.';
COMMENT ON CONSTRAINT certificates_bound_check ON certificates IS 'Validated by the first node of this version, when it has bound what was issued before, or given it hashes that fit nothing: from then on no row is without.';
