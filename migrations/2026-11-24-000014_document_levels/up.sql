-- Documents are raised to higher levels as signatures are, and found by what is signed in them.

-- What was signed in them is sealed with them, so that it cannot be computed here. No release has kept any yet, and
-- they are made again when they are asked for.
DELETE FROM certificate_documents;
DROP INDEX certificate_documents_sha256_idx;
ALTER TABLE certificate_documents DROP COLUMN sha256;
ALTER TABLE certificate_documents
    ADD COLUMN content_sha256 bytea NOT NULL,
    ADD COLUMN level text NOT NULL DEFAULT 'b-b' CONSTRAINT certificate_documents_level_check CHECK (level IN ('b-b', 'b-t', 'b-lt')),
    ADD COLUMN raise_at timestamptz DEFAULT now(),
    ADD CONSTRAINT certificate_documents_content_key UNIQUE (content_sha256);
CREATE INDEX certificate_documents_raise_at_idx ON certificate_documents (raise_at) WHERE raise_at IS NOT NULL;
COMMENT ON TABLE certificate_documents IS 'Documents and containers as issued: made once, never rebuilt; what is signed in them never changes.';
COMMENT ON COLUMN certificate_documents.content IS 'Sealed bytes of the file, at its level.';
COMMENT ON COLUMN certificate_documents.content_sha256 IS 'SHA-256 of what is signed in the file, the same at every level: whoever shows it has the one that was issued.';
COMMENT ON COLUMN certificate_documents.level IS 'Baseline level of the signature in it: b-b, b-t or b-lt.';
COMMENT ON COLUMN certificate_documents.raise_at IS 'When to try to raise it to a higher level; null when it is as high as it gets.';
