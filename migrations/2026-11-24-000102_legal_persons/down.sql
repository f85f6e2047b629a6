COMMENT ON COLUMN certificate_checks.method IS 'What was given beside the number: cnp or control_code; or signature, for the signed files themselves.';
-- To the older version every identifier is a CNP.
UPDATE certificate_checks SET method = 'cnp' WHERE method = 'cui';
ALTER TABLE certificate_checks
    DROP CONSTRAINT certificate_checks_method_check,
    ADD CONSTRAINT certificate_checks_method_check CHECK (method IN ('cnp', 'control_code', 'signature'));
COMMENT ON COLUMN certificates.person_index IS 'Keyed hash of the holder''s CNP: the second half of a public verification.';
COMMENT ON COLUMN applications.person_index IS 'Keyed hash of the CNP that the certificate is about.';
-- A company is no case for the older version: what waits is an officer's to reject.
UPDATE applications SET status = 'referred', next_try_at = NULL WHERE mandate_id IS NOT NULL AND status = 'awaiting_register';
ALTER TABLE applications DROP COLUMN mandate_id;
