, recorded AS (
    INSERT INTO certificate_checks (id, certificate_id, method, outcome, at)
    SELECT id, certificate_id, method, outcome, now FROM input WHERE NOT EXISTS (SELECT FROM guessed)
)
SELECT (SELECT resets_at FROM guessed)
