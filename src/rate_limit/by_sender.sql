, by_sender AS (
    INSERT INTO throttles AS t (key, hits, resets_at) SELECT sender_key, 1, sender_resets_at FROM input ORDER BY sender_key
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN t.resets_at <= (SELECT max(now) FROM input) THEN 1 ELSE least(t.hits, 1000000) + 1 END,
        resets_at = CASE WHEN t.resets_at <= (SELECT max(now) FROM input) THEN excluded.resets_at ELSE t.resets_at END
    RETURNING key, hits, resets_at
)
