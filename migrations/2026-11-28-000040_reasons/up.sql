-- Reasons, and the statuses of events, are codes: the database takes no other. The next migration but one looks at the rows
-- that are there, under a lock that stops nobody.

ALTER TABLE application_events
    ADD CONSTRAINT application_events_status_check CHECK (status IN ('submitted', 'awaiting_register', 'awaiting_ecris', 'referred', 'in_review', 'issued', 'rejected', 'withdrawn', 'revoked')) NOT VALID,
    ADD CONSTRAINT application_events_reason_check CHECK (reason IN ('officer_review', 'come_to_counter', 'representation', 'correction', 'register_answer_unusable', 'handled_at_counter', 'not_proved', 'data_are_right', 'documents_missing', 'wrong_hit_cleared', 'wrong_data', 'wrong_person', 'fraud', 'court_decision', 'identity_undone', 'identity_unverified', 'mandate_not_in_force', 'person_not_eligible', 'civil_status_unknown', 'company_unknown', 'company_not_eligible')) NOT VALID;
ALTER TABLE certificates
    ADD CONSTRAINT certificates_end_reason_check CHECK (end_reason IN ('wrong_data', 'wrong_person', 'fraud', 'court_decision')) NOT VALID;
ALTER TABLE identity_verifications
    ADD CONSTRAINT identity_verifications_reason_check CHECK (reason IN ('abandoned', 'card_refused', 'three_d_secure_failed', 'provider_unavailable', 'answer_refused', 'identity_incomplete', 'session_ended', 'account_already_verified', 'person_already_verified', 'rejected_at_counter', 'certification_undone', 'replaced')) NOT VALID;
ALTER TABLE mandates
    ADD CONSTRAINT mandates_reason_check CHECK (reason IN ('not_proved', 'documents_missing', 'not_covered', 'revoked_by_company', 'mistake', 'fraud', 'not_named_any_more')) NOT VALID;
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000040', '20261127000001');
