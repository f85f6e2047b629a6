-- Accounts that their owners deleted. An empty row stays: applications, mandates and audit rows name its id.

ALTER TABLE accounts
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT accounts_deleted_check CHECK (deleted_at IS NULL OR num_nonnulls(email_index, email, phone, password_hash,
        person_index, person, identity_method, identity_verified_at, office_id, staff_person_index) = 0) NOT VALID;
COMMENT ON COLUMN accounts.deleted_at IS 'When its owner deleted it: nothing of theirs is left here, and nothing comes back.';

-- Not CONCURRENTLY, for the reasons of 2026-11-27-000050: no row is in the index yet, and the table holds those of a day.
ALTER TABLE idempotency_keys ADD COLUMN account_id uuid;
CREATE INDEX idempotency_keys_account_idx ON idempotency_keys (account_id) WHERE account_id IS NOT NULL;
COMMENT ON COLUMN idempotency_keys.account_id IS 'Whose answer it is, to erase it with the account; null for the public, and for answers from before this column. No foreign key: the row does not last.';
COMMENT ON INDEX idempotency_keys_account_idx IS 'The answers of an account that its owner deletes.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000085', '20261127000001');
