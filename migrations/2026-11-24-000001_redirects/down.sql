DROP TABLE redirect_logins;

-- Fails while there are verifications by other providers, or accounts without an address: they have no place below.
ALTER TABLE identity_verifications
    DROP CONSTRAINT identity_verifications_method_check,
    ADD CONSTRAINT identity_verifications_method_check CHECK (method IN ('ghiseul', 'counter'));
COMMENT ON COLUMN identity_verifications.method IS 'ghiseul or counter.';

ALTER TABLE accounts
    DROP CONSTRAINT accounts_identity_method_check,
    ADD CONSTRAINT accounts_identity_method_check CHECK (identity_method IN ('ghiseul', 'counter')),
    DROP CONSTRAINT accounts_email_whole_check,
    ALTER COLUMN email_index SET NOT NULL,
    ALTER COLUMN email SET NOT NULL;
COMMENT ON TABLE accounts IS 'Confirmed accounts, and the person that each has been proved to belong to.';
COMMENT ON COLUMN accounts.email_index IS 'Keyed hash of the lower-cased address: one account an address.';
COMMENT ON COLUMN accounts.email IS 'Sealed address, as typed.';
COMMENT ON COLUMN accounts.identity_method IS 'How the person was proved: ghiseul or counter.';
COMMENT ON COLUMN accounts.created_at IS 'When the address was confirmed.';
