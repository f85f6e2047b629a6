-- Work that a person waits for goes first; a lease is known by its id; what recurs is begun once a period.

ALTER TABLE jobs
    ADD COLUMN urgent   boolean NOT NULL DEFAULT false,
    ADD COLUMN lease_id uuid;
COMMENT ON TABLE jobs IS 'Background work, the outbox of mails among it. A finished job is deleted; one that was given up is kept.';
COMMENT ON COLUMN jobs.kind IS 'What is to be done, such as mail: names the handler.';
COMMENT ON COLUMN jobs.urgent IS 'A person sits and waits for it: it goes before the others.';
COMMENT ON COLUMN jobs.lease_id IS 'The try that has it. A worker that lost its lease finds another id here and changes nothing.';

DROP INDEX jobs_due_idx;
CREATE INDEX jobs_due_idx ON jobs (urgent DESC, run_at) WHERE dead_at IS NULL;

CREATE TABLE job_schedules (
    kind   text   CONSTRAINT job_schedules_pkey PRIMARY KEY,
    period bigint NOT NULL
);
COMMENT ON TABLE job_schedules IS 'Recurring work: the last period for which some node asked for it. One row a kind, so that each period is begun once over all nodes.';
COMMENT ON COLUMN job_schedules.kind IS 'The kind of job.';
COMMENT ON COLUMN job_schedules.period IS 'Number of the period, counted from 1970 in lengths of the schedule.';
