ALTER TABLE certificate_documents
    DROP CONSTRAINT certificate_documents_bound_check,
    DROP COLUMN mac;
