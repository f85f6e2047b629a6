-- Certificates of legal persons.

ALTER TABLE applications
    ADD COLUMN mandate_id uuid CONSTRAINT applications_mandate_fkey REFERENCES mandates;
CREATE INDEX applications_mandate_idx ON applications (mandate_id) WHERE mandate_id IS NOT NULL;
COMMENT ON COLUMN applications.mandate_id IS 'For a legal person: the mandate by which the applicant acts.';
COMMENT ON COLUMN applications.person_index IS 'Keyed hash of the CNP, or the CUI, that the certificate is about.';
COMMENT ON COLUMN certificates.person_index IS 'Keyed hash of the holder''s CNP or CUI: the second half of a public verification.';

ALTER TABLE certificate_checks
    DROP CONSTRAINT certificate_checks_method_check,
    ADD CONSTRAINT certificate_checks_method_check CHECK (method IN ('cnp', 'cui', 'control_code', 'signature'));
COMMENT ON COLUMN certificate_checks.method IS 'What was given beside the number: cnp, cui or control_code; or signature, for the signed files themselves.';
