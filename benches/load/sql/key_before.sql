-- A key that sealed until the one in force began.
INSERT INTO seal_keys (id, fingerprint, kind, chain_pem, announced_at, active_from, retired_from)
SELECT gen_random_uuid(), sha256('the key before'), kind, chain_pem, now() - interval '2 years', now() - interval '2 years', active_from
FROM seal_keys WHERE active_from IS NOT NULL AND retired_from IS NULL
ON CONFLICT (fingerprint) DO NOTHING
