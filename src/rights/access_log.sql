, reader AS (
    SELECT a.id AS account, a.person_index AS person
    FROM input JOIN sessions s ON s.id = input.session JOIN accounts a ON a.id = s.account_id
), subjects (id, kind) AS (
    SELECT account, 'account' FROM reader
    UNION ALL
    SELECT v.id, 'identity_verification' FROM reader JOIN identity_verifications v ON v.account_id = reader.account
    UNION ALL
    SELECT q.id, 'support_request' FROM reader JOIN support_requests q ON q.account_id = reader.account
    UNION ALL
    SELECT p.id, 'application' FROM reader JOIN applications p ON p.owner_index = reader.person
    UNION ALL
    SELECT m.id, 'mandate' FROM reader JOIN mandates m ON m.person_index = reader.person
    UNION ALL
    -- As in the list of certificates: not those of a legal person that took the mandate away.
    SELECT c.id, 'certificate' FROM reader JOIN certificates c ON c.owner_index = reader.person
    WHERE NOT EXISTS (
        SELECT FROM applications p JOIN mandates m ON m.id = p.mandate_id
        WHERE p.id = c.application_id AND m.ended_by IN ('officer', 'company_register'))
), last AS (
    -- Where the page before ended; a time of null, after which nothing comes, if that entry does not exist.
    SELECT input.last_event IS NULL AND input.last_check IS NULL AS none, coalesce(e.at, k.at) AS at, e.id AS event, k.id AS checked
    FROM input LEFT JOIN audit_events e ON e.id = input.last_event
        LEFT JOIN certificate_checks k ON k.id = input.last_check
), events AS (
    SELECT e.id, e.at, e.actor_id, e.actor_role, e.client_id, e.action, e.subject_id, e.times, s.kind
    FROM subjects s JOIN audit_events e ON e.subject_id = s.id
    UNION ALL
    -- Sessions and redirects, whose rows do not last.
    SELECT e.id, e.at, e.actor_id, e.actor_role, e.client_id, e.action, e.subject_id, e.times,
        CASE WHEN e.action = 'identity.verified' THEN 'identity_verification' ELSE 'session' END
    FROM reader JOIN audit_events e ON e.actor_id = reader.account
    WHERE e.action IN ('session.created', 'session.ended', 'session.reuse_detected', 'session.refresh_repeated', 'session.presence_proved',
        'session.stepped_up', 'redirect_login.granted', 'presence.granted', 'identity.verified')
        AND e.subject_id IS NOT NULL AND NOT EXISTS (SELECT FROM subjects s WHERE s.id = e.subject_id)
), entries (at, event, checked, actor_id, actor_role, client_id, action, kind, subject_id, times, method, outcome) AS (
    SELECT e.at, e.id, NULL::uuid, e.actor_id, e.actor_role, e.client_id, e.action, e.kind, e.subject_id, e.times, NULL, NULL
    FROM events e, last WHERE last.none OR e.at < last.at OR (e.at = last.at AND e.id < last.event)
    UNION ALL
    SELECT k.at, NULL, k.id, NULL, NULL, NULL, 'certificate.verified', s.kind, s.id, NULL, k.method, k.outcome
    FROM subjects s JOIN certificate_checks k ON k.certificate_id = s.id AND s.kind = 'certificate', last
    WHERE last.none OR k.at < last.at OR (k.at = last.at AND (last.event IS NOT NULL OR k.id < last.checked))
), page AS (
    -- Of one moment, the events come before the checks.
    SELECT * FROM entries WHERE at >= coalesce((SELECT from_at FROM input), '-infinity')
        AND at < coalesce((SELECT before_at FROM input), 'infinity')
    ORDER BY at DESC, event DESC NULLS LAST, checked DESC LIMIT (SELECT most FROM input)
)
SELECT p.at, p.event, p.checked, p.action, p.actor_role, p.actor_id = r.account, o.name, coalesce(l.name, p.client_id), p.kind, p.subject_id, p.times, p.method, p.outcome
FROM page p CROSS JOIN reader r LEFT JOIN accounts a ON a.id = p.actor_id LEFT JOIN offices o ON o.id = a.office_id
    LEFT JOIN clients l ON l.id = p.client_id AND l.created_at <= p.at
ORDER BY p.at DESC, p.event DESC NULLS LAST, p.checked DESC
