, guessed_at AS (
    SELECT t.resets_at FROM throttles t JOIN input ON t.key = input.guess_key
    WHERE t.resets_at > input.now AND t.hits >= input.max_guesses
), found AS (
    SELECT c.id, c.registration_number, c.service, c.reason, c.finding, c.issued_on, c.valid_until,
        c.ended_as
    FROM certificates c JOIN input ON c.registration_number = input.number
    WHERE (c.person_index = input.person_index OR c.control_code_index = input.control_code_index)
        AND NOT EXISTS (SELECT FROM guessed_at)
), checked AS (
    INSERT INTO certificate_checks (id, certificate_id, method, outcome, at)
    SELECT input.check_id, found.id, input.method,
        coalesce(found.ended_as, CASE WHEN input.today > found.valid_until THEN 'expired' ELSE 'valid' END), input.now
    FROM found, input
)
SELECT (SELECT resets_at FROM guessed_at), f.registration_number, f.service, f.reason, f.finding, f.issued_on,
    f.valid_until, f.ended_as
FROM input LEFT JOIN found f ON true
