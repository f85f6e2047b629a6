DELETE FROM certificate_documents;
ALTER TABLE certificate_documents
    DROP COLUMN content_sha256,
    DROP COLUMN level,
    DROP COLUMN raise_at,
    ADD COLUMN sha256 bytea NOT NULL;
CREATE INDEX certificate_documents_sha256_idx ON certificate_documents (sha256);
COMMENT ON TABLE certificate_documents IS 'Documents and containers as issued: made once, never rebuilt.';
COMMENT ON COLUMN certificate_documents.content IS 'Sealed bytes of the file.';
COMMENT ON COLUMN certificate_documents.sha256 IS 'SHA-256 of the file: whoever shows it has the one that was issued.';
