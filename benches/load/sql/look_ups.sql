\set n random(1, 10000)
SELECT s.id, s.account_id, s.access_digest, s.access_expires_at, s.created_at, s.refreshed_at,
    a.id AS owner_id, a.email_index, a.email, a.phone, a.password_hash, a.role, a.locale, a.person_index, a.person,
    a.identity_method, a.identity_verified_at, a.created_at AS registered_at
FROM sessions s JOIN accounts a ON a.id = s.account_id
WHERE s.access_digest = sha256(int8send(:n)) AND s.access_expires_at > now() LIMIT 1 \gset
SELECT id, record FROM registry.civil_status WHERE person_index = bench.index_of(:n) LIMIT 1;
SELECT id, entry FROM registry.criminal_records WHERE person_index = bench.index_of(:n) ORDER BY id;
