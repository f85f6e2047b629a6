\set n random(1, 10000)
BEGIN;
SELECT s.id, s.account_id, s.access_expires_at, a.role, a.person_index, a.person
FROM sessions s JOIN accounts a ON a.id = s.account_id
WHERE s.access_digest = sha256(int8send(:n)) AND s.access_expires_at > now() \gset
SELECT id, record FROM registry.civil_status WHERE person_index = bench.index_of(:n);
INSERT INTO applications (id, account_id, person_index, service, reason, language, status, applied_on, created_at,
    changed_at, register_asked_at, register_digest, owner_index)
VALUES (bench.id(), :account_id, bench.index(), 'criminal-record-certificate', 'employment', 'ro', 'issued',
    current_date, now(), now(), now(), :digest, :person_index::bytea)
RETURNING id AS application_id \gset
INSERT INTO application_events (id, application_id, status, actor, at)
VALUES (bench.id(), :application_id, 'issued', 'service', now());
INSERT INTO certificates (id, application_id, owner_index, registration_number, person_index, control_code_index,
    control_code, service, reason, finding, issued_at, issued_on, valid_until, payload, cades, jades,
    signer_fingerprint, facts_mac, status_mac, extract)
VALUES (bench.id(), :application_id, :person_index::bytea, bench.number(), bench.index(), bench.index(),
    :control_code, 'criminal-record-certificate', 'employment', 'no_record', now(), current_date, current_date + 180,
    :payload, :cades, :jades, :digest, bench.index(), bench.index(), decode(repeat('ab', 330), 'hex'));
INSERT INTO audit_events (at, actor_id, actor_role, action, subject_id, request_id)
VALUES (now(), :account_id, 'citizen', 'certificate.issued', :application_id, bench.id()::text);
COMMIT;
