DELETE FROM certificate_checks WHERE method = 'signature';
ALTER TABLE certificate_checks DROP CONSTRAINT certificate_checks_method_check;
ALTER TABLE certificate_checks ADD CONSTRAINT certificate_checks_method_check CHECK (method IN ('cnp', 'control_code'));
COMMENT ON COLUMN certificate_checks.method IS 'What was given beside the number: cnp or control_code.';
DROP TABLE raised_signatures;
ALTER TABLE certificates DROP COLUMN raise_at;
