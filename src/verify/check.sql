, guessed_at AS (
    SELECT t.resets_at FROM throttles t JOIN input ON t.key = input.guess_key OR t.key = input.name_key
    WHERE t.resets_at > input.now AND t.hits >= input.max_guesses
    UNION ALL
    SELECT by_sender.resets_at FROM by_sender JOIN input ON by_sender.hits > input.max_of_sender
    ORDER BY resets_at DESC LIMIT 1
), found AS (
    SELECT c.id, c.registration_number, c.person_index, c.control_code_index, c.service, c.reason, c.finding, c.issued_on,
        c.valid_until, c.signer_fingerprint, c.payload, c.ended_as, c.ended_at, c.end_reason, c.superseded_by, c.facts_mac,
        c.status_mac, coalesce(c.person_index = input.person_index OR c.control_code_index = input.control_code_index, false)
        AS matches
    FROM certificates c JOIN input ON c.registration_number = input.number
    WHERE NOT EXISTS (SELECT FROM guessed_at)
)
SELECT (SELECT resets_at FROM guessed_at), f.matches, f.id, f.registration_number, f.person_index, f.control_code_index,
    f.service, f.reason, f.finding, f.issued_on, f.valid_until, f.signer_fingerprint, f.payload, f.ended_as, f.ended_at,
    f.end_reason, f.superseded_by, f.facts_mac, f.status_mac,
    g.issued_at, g.began_at, g.end_logged, g.leaf_index, g.commitment, g.salt, g.rest, g.size, g.note, g.subtrees, g.siblings
FROM input LEFT JOIN found f ON true LEFT JOIN certificate_log g ON g.certificate_id = f.id AND f.matches
