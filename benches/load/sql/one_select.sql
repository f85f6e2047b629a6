\set n random(1, 10000)
SELECT id, registration_number, person_index, control_code_index, service, reason, finding, issued_on, valid_until,
    signer_fingerprint, payload, ended_as, ended_at, end_reason, superseded_by, facts_mac, status_mac
FROM certificates WHERE registration_number = 'BENCH-' || :n::text;
