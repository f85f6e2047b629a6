, due AS MATERIALIZED (
    SELECT id FROM applications
    WHERE status = 'awaiting_register' AND (mandate_id IS NULL) = (SELECT persons FROM input)
        AND next_try_at <= (SELECT now FROM input)
    ORDER BY next_try_at
    LIMIT (SELECT most FROM input)
    FOR UPDATE SKIP LOCKED
)
UPDATE applications SET tries = tries + 1, next_try_at = input.until
-- An array, as in the lease of jobs: joined with `due`, all applications could be read.
FROM input WHERE applications.id = ANY (ARRAY(SELECT id FROM due))
RETURNING applications.id
