SELECT control_code::text, payload::text, cades::text, jades, signer_fingerprint::text AS digest
FROM certificates LIMIT 1
