, stopped AS (
    SELECT input.number, t.resets_at FROM throttles t JOIN input ON t.key = input.name_key
    WHERE t.resets_at > input.now AND t.hits >= input.max_guesses
    UNION ALL
    SELECT input.number, by_sender.resets_at FROM by_sender JOIN input ON by_sender.key = input.sender_key
    WHERE by_sender.hits > input.max_of_sender
), found AS (
    SELECT c.id, c.registration_number, c.person_index, c.control_code_index, c.service, c.reason, c.finding, c.issued_on,
        c.valid_until, c.signer_fingerprint, c.payload, c.ended_as, c.ended_at, c.end_reason, c.superseded_by, c.facts_mac,
        c.status_mac, c.extract, c.logged_as, coalesce(c.person_index = input.person_index OR c.control_code_index = input.control_code_index, false)
        AS matches
    FROM certificates c JOIN input ON c.registration_number = input.number
    WHERE NOT EXISTS (SELECT FROM stopped WHERE stopped.number = input.number)
), guess AS (
    SELECT guess_key AS key, number, CASE WHEN EXISTS (
        SELECT FROM found WHERE registration_number = input.number AND matches
    ) THEN 0 ELSE 1 END AS misses
    FROM input WHERE guess_key IS NOT NULL AND NOT EXISTS (SELECT FROM stopped WHERE stopped.number = input.number)
)
