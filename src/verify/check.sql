, refused AS (
    SELECT number, max(resets_at) AS resets_at FROM (
        SELECT number, resets_at FROM stopped UNION ALL SELECT number, guessed.resets_at FROM guessed JOIN guess USING (key)
    ) AS why GROUP BY number
)
SELECT input.number, refused.resets_at, s.hits, s.resets_at, f.matches, f.id, f.registration_number, f.person_index, f.control_code_index,
    f.service, f.reason, f.finding, f.issued_on, f.valid_until, f.signer_fingerprint, f.payload, f.ended_as, f.ended_at,
    f.end_reason, f.superseded_by, f.facts_mac, f.status_mac, f.extract, f.logged_as,
    g.issued_at, g.began_at, g.end_logged, g.leaf_index, g.commitment, g.salt, g.rest, g.size, g.note, g.subtrees, g.siblings
FROM input JOIN by_sender s ON s.key = input.sender_key LEFT JOIN refused USING (number)
LEFT JOIN found f ON f.registration_number = input.number AND refused.number IS NULL
LEFT JOIN LATERAL (SELECT * FROM certificate_log g WHERE g.certificate_id = f.id AND f.matches LIMIT 1) g ON true
