-- Applications and the certificates made from them.

CREATE TABLE applications (
    id            uuid        CONSTRAINT applications_pkey PRIMARY KEY,
    account_id    uuid        NOT NULL CONSTRAINT applications_account_fkey REFERENCES accounts,
    person_index  bytea       NOT NULL,
    service       text        NOT NULL,
    reason        text        NOT NULL,
    reason_detail bytea,
    language      text        NOT NULL CONSTRAINT applications_language_check CHECK (language IN ('ro', 'en')),
    status        text        NOT NULL CONSTRAINT applications_status_check CHECK (status IN ('awaiting_register', 'referred', 'issued')),
    applied_on    date        NOT NULL,
    created_at    timestamptz NOT NULL,
    register_asked_at timestamptz,
    register_digest   bytea,
    CONSTRAINT applications_one_a_day_key UNIQUE (person_index, service, reason, applied_on)
);
CREATE INDEX applications_account_idx ON applications (account_id, id DESC);
COMMENT ON TABLE applications IS 'Applications for a certificate.';
COMMENT ON COLUMN applications.id IS 'UUIDv7.';
COMMENT ON COLUMN applications.account_id IS 'Who applied.';
COMMENT ON COLUMN applications.person_index IS 'Keyed hash of the CNP that the certificate is about.';
COMMENT ON COLUMN applications.service IS 'Which certificate.';
COMMENT ON COLUMN applications.reason IS 'Code of the reason, from the published list.';
COMMENT ON COLUMN applications.reason_detail IS 'Sealed free text of the reason.';
COMMENT ON COLUMN applications.language IS 'Second language of the certificate: ro (none) or en.';
COMMENT ON COLUMN applications.status IS 'Where it stands.';
COMMENT ON COLUMN applications.applied_on IS 'Civil date in Europe/Bucharest: one application a day for one reason (Order 150/21.085/2023).';
COMMENT ON COLUMN applications.created_at IS 'When it was handed in.';
COMMENT ON COLUMN applications.register_asked_at IS 'When the register gave the answer that was used.';
COMMENT ON COLUMN applications.register_digest IS 'SHA-256 of that answer.';

CREATE TABLE application_events (
    id             uuid        CONSTRAINT application_events_pkey PRIMARY KEY,
    application_id uuid        NOT NULL CONSTRAINT application_events_application_fkey REFERENCES applications,
    status         text        NOT NULL,
    actor          text        NOT NULL CONSTRAINT application_events_actor_check CHECK (actor IN ('applicant', 'service', 'officer')),
    at             timestamptz NOT NULL
);
CREATE INDEX application_events_application_idx ON application_events (application_id, id);
COMMENT ON TABLE application_events IS 'Each step of an application, as its owner sees it.';
COMMENT ON COLUMN application_events.id IS 'UUIDv7.';
COMMENT ON COLUMN application_events.application_id IS 'The application.';
COMMENT ON COLUMN application_events.status IS 'The status that the step led to.';
COMMENT ON COLUMN application_events.actor IS 'Who took the step.';
COMMENT ON COLUMN application_events.at IS 'When.';

CREATE TABLE certificates (
    id                  uuid        CONSTRAINT certificates_pkey PRIMARY KEY,
    application_id      uuid        NOT NULL CONSTRAINT certificates_application_key UNIQUE CONSTRAINT certificates_application_fkey REFERENCES applications,
    account_id          uuid        NOT NULL CONSTRAINT certificates_account_fkey REFERENCES accounts,
    registration_number text        NOT NULL CONSTRAINT certificates_registration_number_key UNIQUE,
    person_index        bytea       NOT NULL,
    control_code_index  bytea       NOT NULL,
    control_code        bytea       NOT NULL,
    service             text        NOT NULL,
    reason              text        NOT NULL,
    finding             text        NOT NULL CONSTRAINT certificates_finding_check CHECK (finding IN ('no_record', 'record')),
    issued_at           timestamptz NOT NULL,
    issued_on           date        NOT NULL,
    valid_until         date        NOT NULL CONSTRAINT certificates_validity_check CHECK (valid_until > issued_on),
    payload             bytea       NOT NULL,
    cades               bytea       NOT NULL,
    jades               text        NOT NULL,
    signer_fingerprint  bytea       NOT NULL
);
CREATE INDEX certificates_account_idx ON certificates (account_id, id DESC);
COMMENT ON TABLE certificates IS 'Certificates as issued. The signed bytes are kept, never rebuilt.';
COMMENT ON COLUMN certificates.id IS 'UUIDv7.';
COMMENT ON COLUMN certificates.application_id IS 'The application that it answers: one certificate each.';
COMMENT ON COLUMN certificates.account_id IS 'Who applied.';
COMMENT ON COLUMN certificates.registration_number IS 'Public number with 40 random bits and a check character.';
COMMENT ON COLUMN certificates.person_index IS 'Keyed hash of the holder''s CNP: the second half of a public verification.';
COMMENT ON COLUMN certificates.control_code_index IS 'Keyed hash of the control code: the other second half.';
COMMENT ON COLUMN certificates.control_code IS 'Sealed control code, printed on the document.';
COMMENT ON COLUMN certificates.service IS 'Which certificate.';
COMMENT ON COLUMN certificates.reason IS 'Code of the reason it is valid for.';
COMMENT ON COLUMN certificates.finding IS 'no_record or record.';
COMMENT ON COLUMN certificates.issued_at IS 'When it was issued.';
COMMENT ON COLUMN certificates.issued_on IS 'The same as a civil date in Europe/Bucharest.';
COMMENT ON COLUMN certificates.valid_until IS 'Last day of validity: six months on (Law 290/2004).';
COMMENT ON COLUMN certificates.payload IS 'Sealed canonical JSON (RFC 8785): the bytes that are signed.';
COMMENT ON COLUMN certificates.cades IS 'Detached CAdES-B-B signature (CMS, DER). Holds no personal data.';
COMMENT ON COLUMN certificates.jades IS 'Detached JAdES-B-B signature (JWS compact). Holds no personal data.';
COMMENT ON COLUMN certificates.signer_fingerprint IS 'SHA-256 of the seal''s certificate.';

CREATE TABLE certificate_checks (
    id             uuid        CONSTRAINT certificate_checks_pkey PRIMARY KEY,
    certificate_id uuid        NOT NULL CONSTRAINT certificate_checks_certificate_fkey REFERENCES certificates,
    method         text        NOT NULL CONSTRAINT certificate_checks_method_check CHECK (method IN ('cnp', 'control_code')),
    outcome        text        NOT NULL CONSTRAINT certificate_checks_outcome_check CHECK (outcome IN ('valid', 'expired')),
    at             timestamptz NOT NULL
);
CREATE INDEX certificate_checks_certificate_idx ON certificate_checks (certificate_id, id DESC);
COMMENT ON TABLE certificate_checks IS 'Who looked: each public verification that found its certificate.';
COMMENT ON COLUMN certificate_checks.id IS 'UUIDv7.';
COMMENT ON COLUMN certificate_checks.certificate_id IS 'The certificate that was checked.';
COMMENT ON COLUMN certificate_checks.method IS 'What was given beside the number: cnp or control_code.';
COMMENT ON COLUMN certificate_checks.outcome IS 'What was answered.';
COMMENT ON COLUMN certificate_checks.at IS 'When.';
