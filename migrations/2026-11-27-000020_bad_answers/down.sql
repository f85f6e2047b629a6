DELETE FROM schema_compatibility WHERE version = '20261127000020';
ALTER TABLE applications
    DROP COLUMN bad_since,
    DROP COLUMN bad_answers;
