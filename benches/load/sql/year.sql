-- Certificates number $1 to $2, each of another person, over the days of a year: sealed, it says, with the key before.
WITH person AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS application_id, gen_random_uuid() AS certificate_id, now() - (n % 364 + 1) * interval '1 day' AS at,
        current_date - (n % 364 + 1) AS day, a.id AS account_id, a.person_index AS owner_index,
        '\x01'::bytea || sha256(int4send(n)) AS person_index
    FROM generate_series($1, $2) n
    JOIN (SELECT id, person_index, row_number() OVER () AS row, count(*) OVER () AS rows FROM accounts
          WHERE person_index IS NOT NULL) a ON a.row = n % a.rows + 1
), application AS (
    INSERT INTO applications (id, account_id, person_index, service, reason, language, status, applied_on, created_at,
        changed_at, owner_index)
    SELECT application_id, account_id, person_index, 'criminal-record-certificate', 'employment', 'ro', 'issued', day, at,
        at, owner_index
    FROM person
), steps AS (
    INSERT INTO application_events (id, application_id, status, actor, at)
    SELECT gen_random_uuid(), application_id, status, actor, at
    FROM person, (VALUES ('submitted', 'applicant'), ('issued', 'service')) step (status, actor)
), audited AS (
    INSERT INTO audit_events (at, actor_id, actor_role, action, subject_id, request_id)
    SELECT at, account_id, 'citizen', 'certificate.issued', certificate_id, certificate_id::text FROM person
)
INSERT INTO certificates (id, application_id, owner_index, registration_number, person_index, control_code_index,
    control_code, service, reason, finding, issued_at, issued_on, valid_until, payload, cades, jades, signer_fingerprint,
    facts_mac, status_mac, extract)
SELECT p.certificate_id, p.application_id, p.owner_index, 'YEAR-' || substr(md5(p.n::text), 1, 12) || p.n, p.person_index,
    '\x01'::bytea || sha256(int4send(-p.n)), c.control_code, c.service, c.reason, c.finding, p.at, p.day, p.day + 180,
    c.payload, c.cades, c.jades, sha256('the key before'), '\x01'::bytea || sha256(int4send(p.n)), '\x01'::bytea || sha256(int4send(-p.n)),
    c.extract
FROM person p, (SELECT * FROM certificates LIMIT 1) c
