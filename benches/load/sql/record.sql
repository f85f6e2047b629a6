INSERT INTO certificate_checks (id, certificate_id, method, outcome, at)
SELECT bench.id(), id, 'cnp', 'valid', now() FROM certificates WHERE registration_number = 'BENCH-' || :n::text;
