DROP INDEX certificates_valid_until_idx;
DROP TABLE certificate_reminders, support_answers, support_requests;
DROP INDEX accounts_created_idx, identity_verifications_completed_idx, application_events_at_idx, certificates_issued_idx, certificate_checks_at_idx;
DROP TABLE daily_figures;
DROP INDEX jobs_due_idx;
CREATE INDEX jobs_due_idx ON jobs (urgent DESC, run_at) WHERE dead_at IS NULL;
