, counted AS (
    -- A right guess adds nothing, and waits all the same for those before it: in a flood it comes after the last one or never.
    INSERT INTO throttles AS t (key, hits, resets_at)
    SELECT key, misses, (SELECT max(guesses_reset_at) FROM input) FROM guess ORDER BY key
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN t.resets_at <= (SELECT max(now) FROM input) THEN 0 ELSE least(t.hits, 1000000) END + excluded.hits,
        resets_at = CASE WHEN t.resets_at <= (SELECT max(now) FROM input) THEN excluded.resets_at ELSE t.resets_at END
    RETURNING key, hits, resets_at
), guessed AS (
    SELECT key, counted.resets_at FROM counted JOIN guess USING (key)
    WHERE counted.hits - guess.misses >= (SELECT max(max_guesses) FROM input)
)
