, guessed_at AS (
    SELECT resets_at FROM stopped UNION ALL SELECT resets_at FROM guessed ORDER BY resets_at DESC LIMIT 1
)
SELECT (SELECT resets_at FROM guessed_at), f.matches, f.id, f.registration_number, f.person_index, f.control_code_index,
    f.service, f.reason, f.finding, f.issued_on, f.valid_until, f.signer_fingerprint, f.payload, f.ended_as, f.ended_at,
    f.end_reason, f.superseded_by, f.facts_mac, f.status_mac, f.extract, f.logged_as,
    g.issued_at, g.began_at, g.end_logged, g.leaf_index, g.commitment, g.salt, g.rest, g.size, g.note, g.subtrees, g.siblings
FROM input LEFT JOIN found f ON NOT EXISTS (SELECT FROM guessed_at)
LEFT JOIN certificate_log g ON g.certificate_id = f.id AND f.matches
