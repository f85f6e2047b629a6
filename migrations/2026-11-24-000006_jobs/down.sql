DROP TABLE job_schedules;
DROP INDEX jobs_due_idx;
ALTER TABLE jobs DROP COLUMN urgent, DROP COLUMN lease_id;
CREATE INDEX jobs_due_idx ON jobs (run_at) WHERE dead_at IS NULL;
