, due AS MATERIALIZED (
    SELECT job.id
    FROM (SELECT unnest(kinds) AS kind, unnest(free) AS free FROM input) AS wanted
    CROSS JOIN LATERAL (
        SELECT id FROM jobs
        WHERE dead_at IS NULL AND kind = wanted.kind AND run_at <= (SELECT now FROM input)
            -- By the database's clock, which all workers share.
            AND (leased_until IS NULL OR leased_until < statement_timestamp())
        ORDER BY urgent DESC, run_at
        LIMIT wanted.free
        FOR UPDATE SKIP LOCKED
    ) AS job
)
UPDATE jobs SET leased_until = statement_timestamp() + input.lease, lease_id = input.lease_id, attempts = jobs.attempts + 1
-- An array: a join with `due`, whose size nobody can estimate, may be planned as a scan of all jobs.
FROM input WHERE jobs.id = ANY (ARRAY(SELECT id FROM due))
RETURNING jobs.id, jobs.kind, jobs.payload, jobs.attempts
