, counted AS (
    -- A right guess adds nothing, and waits all the same for those before it: in a flood it comes after the last one or never.
    INSERT INTO throttles AS t (key, hits, resets_at) SELECT guess.key, guess.misses, guesses_reset_at FROM guess, input
    ON CONFLICT ON CONSTRAINT throttles_pkey DO UPDATE SET
        hits = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN 0 ELSE least(t.hits, 1000000) END + excluded.hits,
        resets_at = CASE WHEN t.resets_at <= (SELECT now FROM input) THEN excluded.resets_at ELSE t.resets_at END
    RETURNING hits, resets_at
), guessed AS (
    SELECT counted.resets_at FROM counted, guess, input WHERE counted.hits - guess.misses >= input.max_guesses
)
