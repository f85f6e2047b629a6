, refused AS (
    SELECT input.id, guessed.resets_at FROM guessed JOIN input ON guessed.key = input.name_key
), recorded AS (
    INSERT INTO certificate_checks (id, certificate_id, method, outcome, at)
    SELECT id, certificate_id, method, outcome, now FROM input WHERE NOT EXISTS (SELECT FROM refused WHERE refused.id = input.id)
)
SELECT input.id, refused.resets_at FROM input LEFT JOIN refused USING (id)
