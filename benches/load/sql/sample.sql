SELECT control_code::text, payload::text, cades::text, jades, signer_fingerprint::text AS digest,
    (SELECT payload::text FROM bench.mail) AS mail,
    (SELECT response::text FROM idempotency_keys WHERE response IS NOT NULL LIMIT 1) AS answer
FROM certificates LIMIT 1
