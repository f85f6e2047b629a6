, due AS MATERIALIZED (
    SELECT id, owner_index, registration_number, issued_on, valid_until FROM certificates c
    WHERE c.ended_as IS NULL AND valid_until > (SELECT today FROM input) AND valid_until <= (SELECT horizon FROM input)
        AND NOT EXISTS (SELECT FROM certificate_reminders r WHERE r.certificate_id = c.id)
        AND NOT EXISTS (
            SELECT FROM certificates newer
            WHERE newer.owner_index = c.owner_index AND newer.person_index = c.person_index AND newer.service = c.service AND newer.reason = c.reason
                AND newer.ended_as IS NULL AND newer.valid_until > c.valid_until)
    ORDER BY valid_until, id
    LIMIT (SELECT most FROM input)
), noted AS (
    INSERT INTO certificate_reminders (certificate_id, at) SELECT due.id, input.now FROM due, input
    ON CONFLICT DO NOTHING
    RETURNING certificate_id
)
SELECT due.id, due.owner_index, due.registration_number, due.issued_on, due.valid_until
FROM due JOIN noted ON noted.certificate_id = due.id
