\set n random(1, 10000)
SELECT registration_number, service, reason, finding, issued_on, valid_until
FROM certificates WHERE registration_number = 'BENCH-' || :n::text;
