-- The codes of the rows that were there before the constraints; readers and writers go on meanwhile.

ALTER TABLE application_events VALIDATE CONSTRAINT application_events_status_check;
ALTER TABLE application_events VALIDATE CONSTRAINT application_events_reason_check;
ALTER TABLE certificates VALIDATE CONSTRAINT certificates_end_reason_check;
ALTER TABLE identity_verifications VALIDATE CONSTRAINT identity_verifications_reason_check;
ALTER TABLE mandates VALIDATE CONSTRAINT mandates_reason_check;
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000042', '20261127000001');
