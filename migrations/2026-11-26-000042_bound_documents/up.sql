-- Which certificate a document was made for is bound too: who shows a document is answered about that certificate.

ALTER TABLE certificate_documents
    ADD COLUMN mac bytea,
    ADD CONSTRAINT certificate_documents_bound_check CHECK (coalesce(octet_length(mac) = 33, false)) NOT VALID;
COMMENT ON COLUMN certificate_documents.mac IS 'Keyed hash (key id, HMAC-SHA-256) of certificate_id and content_sha256. A row without one is not answered from.';
COMMENT ON CONSTRAINT certificate_documents_bound_check ON certificate_documents IS 'Validated by the first node of this version, when it has bound what was made before: from then on no row is without.';
