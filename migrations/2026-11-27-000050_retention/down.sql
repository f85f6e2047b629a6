DELETE FROM schema_compatibility WHERE version = '20261127000050';
DROP INDEX identity_verifications_claim_idx;
DROP INDEX identity_verifications_secrets_idx;
