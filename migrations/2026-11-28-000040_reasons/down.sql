DELETE FROM schema_compatibility WHERE version = '20261128000040';
ALTER TABLE mandates DROP CONSTRAINT mandates_reason_check;
ALTER TABLE identity_verifications DROP CONSTRAINT identity_verifications_reason_check;
ALTER TABLE certificates DROP CONSTRAINT certificates_end_reason_check;
ALTER TABLE application_events
    DROP CONSTRAINT application_events_reason_check,
    DROP CONSTRAINT application_events_status_check;
