-- What expired a day ago or more: kept answers and counters, as many as housekeeping deletes in some seconds.
INSERT INTO idempotency_keys (scope, key_digest, request_digest, running_until, response_id, status, response, created_at)
SELECT sha256(uuid_send(id)), sha256(uuid_send(id)), sha256(uuid_send(id)), now() - interval '2 days', id, 201, sha256(uuid_send(id)),
    now() - interval '2 days'
FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 20000)) ids;
INSERT INTO throttles (key, hits, resets_at)
SELECT sha256(uuid_send(gen_random_uuid())), 1, now() - interval '1 day' FROM generate_series(1, 20000)
