-- Officers review applications; certificates can be corrected and revoked.

ALTER TABLE applications
    ADD COLUMN reviewer_id uuid CONSTRAINT applications_reviewer_fkey REFERENCES accounts,
    ADD COLUMN corrects uuid CONSTRAINT applications_corrects_fkey REFERENCES certificates,
    ADD COLUMN matter bytea,
    DROP CONSTRAINT applications_one_a_day_key;
-- A corrected certificate is no second one: it takes the place of the first.
CREATE UNIQUE INDEX applications_one_a_day_key ON applications (person_index, service, reason, applied_on) WHERE corrects IS NULL;
CREATE UNIQUE INDEX applications_one_correction_key ON applications (corrects) WHERE status NOT IN ('rejected', 'withdrawn');
CREATE INDEX applications_reviewer_idx ON applications (reviewer_id) WHERE reviewer_id IS NOT NULL;
CREATE INDEX applications_review_idx ON applications (id DESC) WHERE status IN ('referred', 'in_review', 'awaiting_ecris');
COMMENT ON COLUMN applications.reviewer_id IS 'The officer who looks at it, or decided.';
COMMENT ON COLUMN applications.corrects IS 'The certificate that is to be corrected; that of the application takes its place.';
COMMENT ON COLUMN applications.matter IS 'Sealed JSON of what the officer has to decide beyond the register''s answer.';

ALTER TABLE application_events
    ADD COLUMN actor_id uuid,
    ADD COLUMN office_id uuid,
    ADD COLUMN note bytea;
COMMENT ON COLUMN application_events.actor_id IS 'The officer; null for the applicant and the service.';
COMMENT ON COLUMN application_events.office_id IS 'The office where the officer decided.';
COMMENT ON COLUMN application_events.note IS 'Sealed words of the officer, for officers.';

ALTER TABLE certificates
    ADD COLUMN ended_as text CONSTRAINT certificates_ended_as_check CHECK (ended_as IN ('revoked', 'superseded')),
    ADD COLUMN ended_at timestamptz,
    ADD COLUMN end_reason text,
    ADD COLUMN superseded_by uuid CONSTRAINT certificates_superseded_by_fkey REFERENCES certificates,
    ADD CONSTRAINT certificates_end_check CHECK ((ended_as IS NULL) = (ended_at IS NULL) AND coalesce(ended_as = 'superseded', false) = (superseded_by IS NOT NULL));
CREATE INDEX certificates_superseded_by_idx ON certificates (superseded_by) WHERE superseded_by IS NOT NULL;
COMMENT ON COLUMN certificates.ended_as IS 'revoked or superseded, before its time.';
COMMENT ON COLUMN certificates.ended_at IS 'When.';
COMMENT ON COLUMN certificates.end_reason IS 'Stable code of why it was revoked.';
COMMENT ON COLUMN certificates.superseded_by IS 'The certificate that took its place.';

ALTER TABLE certificate_checks
    DROP CONSTRAINT certificate_checks_outcome_check,
    ADD CONSTRAINT certificate_checks_outcome_check CHECK (outcome IN ('valid', 'expired', 'revoked', 'superseded'));
