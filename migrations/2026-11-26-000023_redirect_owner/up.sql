-- A code logs the person in for whom it was made, and nobody else who owns the account by then.

ALTER TABLE redirect_logins ADD COLUMN person_index bytea;
COMMENT ON COLUMN redirect_logins.person_index IS 'Keyed hash of the CNP of the person whom the provider proved: the code is exchanged while the account is theirs.';
