, stopped AS (
    SELECT input.number, t.resets_at FROM input CROSS JOIN LATERAL (
        SELECT resets_at FROM throttles WHERE key = input.name_key AND resets_at > input.now AND hits >= input.max_guesses LIMIT 1
    ) t
    UNION ALL
    SELECT input.number, by_sender.resets_at FROM by_sender JOIN input ON by_sender.key = input.sender_key
    WHERE by_sender.hits > input.max_of_sender
), found AS (
    SELECT c.*, coalesce(c.person_index = input.person_index OR c.control_code_index = input.control_code_index, false) AS matches
    -- LIMIT: joined freely, certificates could be read from the first to the last by a plan that was made when there were none.
    FROM input CROSS JOIN LATERAL (
        SELECT c.id, c.registration_number, c.person_index, c.control_code_index, c.service, c.reason, c.finding, c.issued_on,
            c.valid_until, c.signer_fingerprint, c.payload, c.ended_as, c.ended_at, c.end_reason, c.superseded_by, c.facts_mac,
            c.status_mac, c.extract, c.logged_as
        FROM certificates c WHERE c.registration_number = input.number LIMIT 1
    ) c
    WHERE NOT EXISTS (SELECT FROM stopped WHERE stopped.number = input.number)
), guess AS (
    SELECT guess_key AS key, number, CASE WHEN EXISTS (
        SELECT FROM found WHERE registration_number = input.number AND matches
    ) THEN 0 ELSE 1 END AS misses
    FROM input WHERE guess_key IS NOT NULL AND NOT EXISTS (SELECT FROM stopped WHERE stopped.number = input.number)
)
