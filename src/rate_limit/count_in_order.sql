, first AS (
    INSERT INTO throttles AS t (key, hits, resets_at) SELECT keys[1], 1, resets[1] FROM input WHERE keys[1] IS NOT NULL
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN 1 ELSE least(t.hits, 1000000) + 1 END,
        resets_at = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN excluded.resets_at ELSE t.resets_at END
    RETURNING hits, resets_at
), second AS (
    INSERT INTO throttles AS t (key, hits, resets_at)
    SELECT keys[2], 1, input.resets[2] FROM input, first WHERE first.hits <= tries[1] AND keys[2] IS NOT NULL
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN 1 ELSE least(t.hits, 1000000) + 1 END,
        resets_at = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN excluded.resets_at ELSE t.resets_at END
    RETURNING hits, resets_at
), third AS (
    INSERT INTO throttles AS t (key, hits, resets_at)
    SELECT keys[3], 1, input.resets[3] FROM input, second WHERE second.hits <= tries[2] AND keys[3] IS NOT NULL
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN 1 ELSE least(t.hits, 1000000) + 1 END,
        resets_at = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN excluded.resets_at ELSE t.resets_at END
    RETURNING hits, resets_at
), fourth AS (
    INSERT INTO throttles AS t (key, hits, resets_at)
    SELECT keys[4], 1, input.resets[4] FROM input, third WHERE third.hits <= tries[3] AND keys[4] IS NOT NULL
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN 1 ELSE least(t.hits, 1000000) + 1 END,
        resets_at = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN excluded.resets_at ELSE t.resets_at END
    RETURNING hits, resets_at
)
SELECT hits, resets_at FROM (
    SELECT 1 AS level, * FROM first UNION ALL SELECT 2, * FROM second
    UNION ALL SELECT 3, * FROM third UNION ALL SELECT 4, * FROM fourth
) AS counted ORDER BY level
