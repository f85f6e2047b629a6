-- The files that people hold: rendered and signed when they are first asked for, and then kept as issued.

CREATE TABLE certificate_documents (
    id             uuid        CONSTRAINT certificate_documents_pkey PRIMARY KEY,
    certificate_id uuid        NOT NULL CONSTRAINT certificate_documents_certificate_fkey REFERENCES certificates,
    kind           text        NOT NULL CONSTRAINT certificate_documents_kind_check CHECK (kind IN ('certificate', 'eu_form', 'container')),
    language       text        NOT NULL CONSTRAINT certificate_documents_language_check CHECK (language ~ '^[a-z]{2}$'),
    content        bytea       NOT NULL,
    sha256         bytea       NOT NULL,
    made_at        timestamptz NOT NULL,
    CONSTRAINT certificate_documents_one_key UNIQUE (certificate_id, kind, language)
);
CREATE INDEX certificate_documents_sha256_idx ON certificate_documents (sha256);
COMMENT ON TABLE certificate_documents IS 'Documents and containers as issued: made once, never rebuilt.';
COMMENT ON COLUMN certificate_documents.id IS 'UUIDv7; binds the sealed content to its row.';
COMMENT ON COLUMN certificate_documents.certificate_id IS 'The certificate that it shows.';
COMMENT ON COLUMN certificate_documents.kind IS 'certificate (PDF), eu_form (PDF, Regulation (EU) 2016/1191) or container (ASiC-E).';
COMMENT ON COLUMN certificate_documents.language IS 'The certificate: ro, or en for both languages; the form: its language; the container: that of the document in it.';
COMMENT ON COLUMN certificate_documents.content IS 'Sealed bytes of the file.';
COMMENT ON COLUMN certificate_documents.sha256 IS 'SHA-256 of the file: whoever shows it has the one that was issued.';
COMMENT ON COLUMN certificate_documents.made_at IS 'When it was made.';
