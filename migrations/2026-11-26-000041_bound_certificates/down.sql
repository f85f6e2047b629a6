ALTER TABLE certificates
    DROP CONSTRAINT certificates_bound_check,
    DROP COLUMN status_mac,
    DROP COLUMN facts_mac;
