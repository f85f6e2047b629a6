-- What every room shares: the audit log, jobs, idempotency keys, counters of tries.

CREATE TABLE audit_events (
    id         bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_events_pkey PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor_id   uuid,
    actor_role text        NOT NULL CONSTRAINT audit_events_actor_role_check CHECK (actor_role IN ('public', 'citizen', 'officer', 'operator', 'service')),
    action     text        NOT NULL,
    subject_id uuid,
    request_id text        NOT NULL
);
CREATE INDEX audit_events_subject_idx ON audit_events (subject_id, id);
COMMENT ON TABLE audit_events IS 'Append-only: every access to personal data and every decision, written in the transaction that it tells of.';
COMMENT ON COLUMN audit_events.id IS 'Order of writing; gaps are possible, so that nobody waits.';
COMMENT ON COLUMN audit_events.at IS 'When.';
COMMENT ON COLUMN audit_events.actor_id IS 'The account that acted; null for the public and the service.';
COMMENT ON COLUMN audit_events.actor_role IS 'In which role.';
COMMENT ON COLUMN audit_events.action IS 'What was done, as noun.verb.';
COMMENT ON COLUMN audit_events.subject_id IS 'Id of what it was done to. Never personal data.';
COMMENT ON COLUMN audit_events.request_id IS 'The request that asked for it.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
COMMENT ON FUNCTION refuse_change() IS 'Keeps a log append-only.';
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE jobs (
    id           uuid        CONSTRAINT jobs_pkey PRIMARY KEY,
    kind         text        NOT NULL,
    payload      bytea       NOT NULL,
    run_at       timestamptz NOT NULL,
    attempts     integer     NOT NULL DEFAULT 0,
    leased_until timestamptz,
    last_error   text,
    dead_at      timestamptz,
    created_at   timestamptz NOT NULL
);
CREATE INDEX jobs_due_idx ON jobs (run_at) WHERE dead_at IS NULL;
COMMENT ON TABLE jobs IS 'Background work: the outbox of mails. A finished job is deleted; a dead one is kept.';
COMMENT ON COLUMN jobs.id IS 'UUIDv7; also the stable part of a mail''s Message-ID.';
COMMENT ON COLUMN jobs.kind IS 'What is to be done: mail.';
COMMENT ON COLUMN jobs.payload IS 'Sealed JSON of the work.';
COMMENT ON COLUMN jobs.run_at IS 'Not before.';
COMMENT ON COLUMN jobs.attempts IS 'How often it was tried.';
COMMENT ON COLUMN jobs.leased_until IS 'A worker has it until then; afterwards another may take it.';
COMMENT ON COLUMN jobs.last_error IS 'Why the last try failed; no personal data.';
COMMENT ON COLUMN jobs.dead_at IS 'When it was given up.';
COMMENT ON COLUMN jobs.created_at IS 'When it was asked for.';

CREATE TABLE idempotency_keys (
    scope          bytea       NOT NULL,
    key_digest     bytea       NOT NULL,
    request_digest bytea       NOT NULL,
    running_until  timestamptz NOT NULL,
    response_id    uuid        NOT NULL,
    status         smallint,
    response       bytea,
    created_at     timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key_digest)
);
CREATE INDEX idempotency_keys_created_idx ON idempotency_keys (created_at);
COMMENT ON TABLE idempotency_keys IS 'Answers to creating requests, kept 24 hours so that a repeated one is answered the same.';
COMMENT ON COLUMN idempotency_keys.scope IS 'SHA-256 of the operation and the caller.';
COMMENT ON COLUMN idempotency_keys.key_digest IS 'SHA-256 of the caller''s Idempotency-Key.';
COMMENT ON COLUMN idempotency_keys.request_digest IS 'SHA-256 of the body.';
COMMENT ON COLUMN idempotency_keys.running_until IS 'The first request is at work until then at most.';
COMMENT ON COLUMN idempotency_keys.response_id IS 'UUIDv7; binds the sealed answer to its row.';
COMMENT ON COLUMN idempotency_keys.status IS 'HTTP status of the answer; null while it is worked on.';
COMMENT ON COLUMN idempotency_keys.response IS 'Sealed body of the answer.';
COMMENT ON COLUMN idempotency_keys.created_at IS 'When the key was first used.';

CREATE TABLE throttles (
    key       bytea       CONSTRAINT throttles_pkey PRIMARY KEY,
    hits      integer     NOT NULL,
    resets_at timestamptz NOT NULL
);
CREATE INDEX throttles_resets_idx ON throttles (resets_at);
COMMENT ON TABLE throttles IS 'Counted tries, right on every node: passwords and CNPs guessed, mails asked for.';
COMMENT ON COLUMN throttles.key IS 'Keyed hash of what is counted.';
COMMENT ON COLUMN throttles.hits IS 'How many in the window.';
COMMENT ON COLUMN throttles.resets_at IS 'End of the window.';
