-- Where each id and each hash begins: higher in every transaction of a client, so that indexes grow at one end.
\set seq :seq + 1
\set high 1000 + :seq / 9000
\set low 1000 + :seq % 9000
\set n random(1, 10000)
\set a random(100000000000, 999999999999)
\set b random(100000000000, 999999999999)
\set c random(1000000000000000, 9999999999999999)
\set d random(1000000000000000, 9999999999999999)
\set e random(1000000000000000, 9999999999999999)
\set f random(1000000000000000, 9999999999999999)
BEGIN;
SELECT s.id, s.account_id, s.access_expires_at, a.role, a.person_index, a.person
FROM sessions s JOIN accounts a ON a.id = s.account_id
WHERE s.access_digest = sha256(int8send(:n)) AND s.access_expires_at > now() \gset
SELECT id, record FROM registry.civil_status WHERE person_index = bench.index_of(:n);
INSERT INTO applications (id, account_id, person_index, service, reason, language, status, applied_on, created_at,
    changed_at, register_asked_at, register_digest, owner_index)
VALUES (('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :a::text)::uuid, :account_id,
    ('\x01' || :c::text || :d::text || :e::text || :f::text)::bytea, 'criminal-record-certificate', 'employment', 'ro',
    'issued', current_date, now(), now(), now(), :digest, :person_index::bytea);
INSERT INTO application_events (id, application_id, status, actor, at)
VALUES (('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :b::text)::uuid,
    ('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :a::text)::uuid, 'issued', 'service', now());
INSERT INTO certificates (id, application_id, owner_index, registration_number, person_index, control_code_index,
    control_code, service, reason, finding, issued_at, issued_on, valid_until, payload, cades, jades,
    signer_fingerprint, facts_mac, status_mac, extract)
VALUES (('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :a::text)::uuid,
    ('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :a::text)::uuid, :person_index::bytea,
    'CJ-26-' || :b::text, ('\x01' || :c::text || :d::text || :e::text || :f::text)::bytea,
    ('\x01' || :d::text || :e::text || :f::text || :c::text)::bytea, :control_code, 'criminal-record-certificate',
    'employment', 'no_record', now(), current_date, current_date + 180, :payload, :cades, :jades, :digest,
    ('\x01' || :e::text || :f::text || :c::text || :d::text)::bytea,
    ('\x01' || :f::text || :c::text || :d::text || :e::text)::bytea, decode(repeat('ab', 330), 'hex'));
INSERT INTO audit_events (at, actor_id, actor_role, action, subject_id, request_id)
VALUES (now(), :account_id, 'citizen', 'certificate.issued',
    ('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :a::text)::uuid, :b::text);
INSERT INTO idempotency_keys (scope, key_digest, request_digest, running_until, response_id, status, response,
    created_at, account_id)
VALUES (('\x' || :c::text || :d::text || :e::text || :f::text)::bytea,
    ('\x' || :d::text || :e::text || :f::text || :c::text)::bytea,
    ('\x' || :e::text || :f::text || :c::text || :d::text)::bytea, now(),
    ('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :a::text)::uuid, 201, :answer, now(), :account_id);
INSERT INTO jobs (id, kind, payload, run_at, created_at)
VALUES (('0190' || :high::text || '-' || :low::text || '-7000-8000-' || :a::text)::uuid, 'mail', :mail, now(), now());
COMMIT;
