-- Public figures, the help desk, reminders of certificates that are about to expire.

-- Workers have slots for each kind of job, and look for each kind.
DROP INDEX jobs_due_idx;
CREATE INDEX jobs_due_idx ON jobs (kind, urgent DESC, run_at) WHERE dead_at IS NULL;

CREATE TABLE daily_figures (
    day    date   NOT NULL,
    figure text   NOT NULL,
    count  bigint NOT NULL CONSTRAINT daily_figures_count_check CHECK (count >= 0),
    shown  bigint,
    total  bigint NOT NULL,
    CONSTRAINT daily_figures_pkey PRIMARY KEY (day, figure),
    CONSTRAINT daily_figures_shown_check CHECK (shown = count AND (shown = 0 OR shown >= 10))
);
COMMENT ON TABLE daily_figures IS 'What happened on each day that is over, counted once by a job. Can be deleted from any day on: the job counts it again.';
COMMENT ON COLUMN daily_figures.day IS 'Civil day in Europe/Bucharest.';
COMMENT ON COLUMN daily_figures.figure IS 'What is counted; after a dot, of which kind.';
COMMENT ON COLUMN daily_figures.count IS 'How often, exactly. Never leaves the database.';
COMMENT ON COLUMN daily_figures.shown IS 'The same where everybody may see it: neither so small that it points at a person, nor telling what is.';
COMMENT ON COLUMN daily_figures.total IS 'What was shown of this figure until the end of the day, added up.';

-- The job reads one day of these; a day lies close together.
CREATE INDEX accounts_created_idx ON accounts USING brin (created_at) WITH (autosummarize = on);
CREATE INDEX identity_verifications_completed_idx ON identity_verifications USING brin (completed_at) WITH (autosummarize = on);
CREATE INDEX application_events_at_idx ON application_events USING brin (at) WITH (autosummarize = on);
CREATE INDEX certificates_issued_idx ON certificates USING brin (issued_at) WITH (autosummarize = on);
CREATE INDEX certificate_checks_at_idx ON certificate_checks USING brin (at) WITH (autosummarize = on);

CREATE TABLE support_requests (
    id          uuid        CONSTRAINT support_requests_pkey PRIMARY KEY,
    reference   text        NOT NULL CONSTRAINT support_requests_reference_key UNIQUE,
    account_id  uuid        CONSTRAINT support_requests_account_fkey REFERENCES accounts ON DELETE CASCADE,
    email       bytea       NOT NULL,
    locale      text        NOT NULL CONSTRAINT support_requests_locale_check CHECK (locale IN ('ro', 'en')),
    topic       text        NOT NULL CONSTRAINT support_requests_topic_check CHECK (topic IN ('account', 'identity', 'application', 'certificate', 'verification', 'other')),
    message     bytea       NOT NULL,
    request_id  text,
    status      text        NOT NULL CONSTRAINT support_requests_status_check CHECK (status IN ('open', 'answered', 'closed')),
    created_at  timestamptz NOT NULL,
    answered_at timestamptz,
    closed_at   timestamptz,
    CONSTRAINT support_requests_closed_check CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX support_requests_account_idx ON support_requests (account_id, id DESC);
CREATE INDEX support_requests_status_idx ON support_requests (status, id DESC);
CREATE INDEX support_requests_closed_idx ON support_requests (closed_at) WHERE closed_at IS NOT NULL;
COMMENT ON TABLE support_requests IS 'Calls for help. Deleted a year after they are closed.';
COMMENT ON COLUMN support_requests.id IS 'UUIDv7.';
COMMENT ON COLUMN support_requests.reference IS 'The number that people name on the phone.';
COMMENT ON COLUMN support_requests.account_id IS 'The account that asked; null for somebody without one.';
COMMENT ON COLUMN support_requests.email IS 'Sealed address where the answer goes.';
COMMENT ON COLUMN support_requests.locale IS 'Language of the answer: ro or en.';
COMMENT ON COLUMN support_requests.topic IS 'What it is about.';
COMMENT ON COLUMN support_requests.message IS 'Sealed text, as written.';
COMMENT ON COLUMN support_requests.request_id IS 'The call that failed, if one did.';
COMMENT ON COLUMN support_requests.status IS 'Where it stands.';
COMMENT ON COLUMN support_requests.created_at IS 'When it was sent.';
COMMENT ON COLUMN support_requests.answered_at IS 'When it was answered last.';
COMMENT ON COLUMN support_requests.closed_at IS 'When it was closed.';

CREATE TABLE support_answers (
    id                 uuid        CONSTRAINT support_answers_pkey PRIMARY KEY,
    support_request_id uuid        NOT NULL CONSTRAINT support_answers_request_fkey REFERENCES support_requests ON DELETE CASCADE,
    officer_id         uuid        NOT NULL,
    text               bytea       NOT NULL,
    created_at         timestamptz NOT NULL
);
CREATE INDEX support_answers_request_idx ON support_answers (support_request_id, id);
COMMENT ON TABLE support_answers IS 'What officers answered; each went by mail too.';
COMMENT ON COLUMN support_answers.id IS 'UUIDv7.';
COMMENT ON COLUMN support_answers.support_request_id IS 'The request.';
COMMENT ON COLUMN support_answers.officer_id IS 'The account of the officer; it may have ended since, so no foreign key.';
COMMENT ON COLUMN support_answers.text IS 'Sealed text.';
COMMENT ON COLUMN support_answers.created_at IS 'When.';

CREATE TABLE certificate_reminders (
    certificate_id uuid        CONSTRAINT certificate_reminders_pkey PRIMARY KEY CONSTRAINT certificate_reminders_certificate_fkey REFERENCES certificates ON DELETE CASCADE,
    at             timestamptz NOT NULL
);
CREATE INDEX certificates_valid_until_idx ON certificates (valid_until);
COMMENT ON TABLE certificate_reminders IS 'Holders who were told that a certificate is about to expire: each once.';
COMMENT ON COLUMN certificate_reminders.certificate_id IS 'The certificate.';
COMMENT ON COLUMN certificate_reminders.at IS 'When the mail was written.';
