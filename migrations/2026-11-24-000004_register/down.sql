DROP TABLE sandbox.outages;
DROP TABLE registry.imports;
ALTER TABLE application_events DROP COLUMN reason;
-- What stands where the older version has no word for it needs a counter.
UPDATE applications SET status = 'referred', next_try_at = NULL WHERE status NOT IN ('referred', 'issued');
ALTER TABLE applications
    DROP COLUMN next_try_at,
    DROP COLUMN tries,
    DROP COLUMN changed_at,
    DROP CONSTRAINT applications_status_check,
    ADD CONSTRAINT applications_status_check CHECK (status IN ('awaiting_register', 'referred', 'issued'));
