DELETE FROM schema_compatibility WHERE version = '20261128000085';
DROP INDEX idempotency_keys_account_idx;
ALTER TABLE idempotency_keys DROP COLUMN account_id;
ALTER TABLE accounts DROP CONSTRAINT accounts_deleted_check, DROP COLUMN deleted_at;
