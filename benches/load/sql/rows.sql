-- What the scripts of pgbench work on: 10,000 sessions, register entries and certificates that are found by a number.
CREATE SCHEMA bench;

-- UUIDv7 in all but the version: as new as the service's own, so that indexes grow at the same end.
CREATE FUNCTION bench.id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT ('0' || to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint)
        || right(gen_random_uuid()::text, 23))::uuid
$$;

-- As long as a registration number of the service, and as unguessable.
CREATE FUNCTION bench.number() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT 'CJ-26-' || right(gen_random_uuid()::text, 12)
$$;

-- As long as a keyed hash.
CREATE FUNCTION bench.index() RETURNS bytea LANGUAGE sql VOLATILE AS $$
    SELECT '\x01'::bytea || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
$$;
CREATE FUNCTION bench.index_of(n bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT '\x01'::bytea || sha256(int8send(n))
$$;

INSERT INTO sessions (id, account_id, access_digest, access_expires_at, created_at, refreshed_at)
SELECT bench.id(), a.id, sha256(int8send(n)), now() + interval '1 hour', now(), now()
FROM generate_series(1, 10000) n
JOIN (SELECT id, row_number() OVER () AS row, count(*) OVER () AS rows FROM accounts) a ON a.row = n % a.rows + 1;

INSERT INTO registry.civil_status (person_index, id, record, as_of)
SELECT bench.index_of(n), bench.id(), c.record, now()
FROM generate_series(1, 10000) n, (SELECT record FROM registry.civil_status LIMIT 1) c;

WITH person AS (
    SELECT n, bench.id() AS application_id, s.account_id, a.person_index AS owner_index
    FROM generate_series(1, 10000) n JOIN sessions s ON s.access_digest = sha256(int8send(n))
    JOIN accounts a ON a.id = s.account_id
), application AS (
    INSERT INTO applications (id, account_id, person_index, service, reason, language, status, applied_on, created_at,
        changed_at, owner_index)
    SELECT application_id, account_id, bench.index_of(n), 'criminal-record-certificate', 'employment', 'ro', 'issued',
        current_date, now(), now(), owner_index
    FROM person
)
INSERT INTO certificates (id, application_id, owner_index, registration_number, person_index, control_code_index,
    control_code, service, reason, finding, issued_at, issued_on, valid_until, payload, cades, jades,
    signer_fingerprint, facts_mac, status_mac, extract)
SELECT bench.id(), p.application_id, p.owner_index, 'BENCH-' || p.n, bench.index_of(p.n), bench.index(),
    c.control_code, c.service, c.reason, c.finding, now(), current_date, current_date + 180, c.payload, c.cades,
    c.jades, c.signer_fingerprint, bench.index(), bench.index(), c.extract
FROM person p, (SELECT * FROM certificates LIMIT 1) c;

-- One mail that the service owed: those of pgbench are as long, and no worker may meet them, for none opens.
CREATE TABLE bench.mail AS SELECT payload FROM jobs WHERE kind = 'mail' AND dead_at IS NULL ORDER BY created_at LIMIT 1;
