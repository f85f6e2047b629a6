-- The seal's keys with their history, and what this installation is.

CREATE TABLE seal_keys (
    id           uuid        CONSTRAINT seal_keys_pkey PRIMARY KEY,
    fingerprint  bytea       NOT NULL CONSTRAINT seal_keys_fingerprint_key UNIQUE CONSTRAINT seal_keys_fingerprint_check CHECK (octet_length(fingerprint) = 32),
    kind         text        NOT NULL CONSTRAINT seal_keys_kind_check CHECK (kind IN ('seal', 'signature')),
    chain_pem    text        NOT NULL,
    announced_at timestamptz NOT NULL,
    active_from  timestamptz,
    retired_from timestamptz,
    CONSTRAINT seal_keys_period_check CHECK (retired_from >= active_from)
);
COMMENT ON TABLE seal_keys IS 'Every key that ever sealed here or is going to, by its certificate; public data alone. Announced, then active, then retired; two can be active, and the one that became so later seals. Never deleted, so that every certificate stays verifiable.';
COMMENT ON COLUMN seal_keys.id IS 'UUIDv7; what the audit log names it by.';
COMMENT ON COLUMN seal_keys.fingerprint IS 'SHA-256 of the key''s certificate, as certificates.signer_fingerprint.';
COMMENT ON COLUMN seal_keys.kind IS 'seal of an institution, or signature of a person.';
COMMENT ON COLUMN seal_keys.chain_pem IS 'Its certificate and the issuers'' up to the root, in PEM.';
COMMENT ON COLUMN seal_keys.announced_at IS 'Since when relying parties can know it.';
COMMENT ON COLUMN seal_keys.active_from IS 'From when it may seal; null while that is not decided.';
COMMENT ON COLUMN seal_keys.retired_from IS 'From when it may not any more; what it sealed before stays.';

CREATE TRIGGER seal_keys_kept BEFORE DELETE OR TRUNCATE ON seal_keys
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_keys_facts_kept BEFORE UPDATE OF id, fingerprint, kind, chain_pem, announced_at ON seal_keys
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- No foreign key: it would lock the one row of the active key for every issue.
CREATE FUNCTION refuse_inactive_signer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM seal_keys
        WHERE fingerprint = NEW.signer_fingerprint AND active_from <= NEW.issued_at
            AND (retired_from IS NULL OR NEW.issued_at < retired_from)
    ) THEN
        RAISE EXCEPTION 'the key that sealed this is not active'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'certificates_signer_active';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION refuse_inactive_signer() IS 'Whatever a node believes: only a key that is active when a certificate is issued can have sealed it.';
CREATE TRIGGER certificates_signer_active BEFORE INSERT ON certificates
    FOR EACH ROW EXECUTE FUNCTION refuse_inactive_signer();

CREATE TABLE installation (
    one              boolean     DEFAULT true CONSTRAINT installation_pkey PRIMARY KEY CONSTRAINT installation_one_check CHECK (one),
    kind             text        NOT NULL CONSTRAINT installation_kind_check CHECK (kind IN ('sandbox', 'live')),
    index_key_digest bytea       NOT NULL,
    claimed_at       timestamptz NOT NULL
);
COMMENT ON TABLE installation IS 'What this database belongs to: one row, written by the first node that opens it and the same for ever.';
COMMENT ON COLUMN installation.one IS 'There is one.';
COMMENT ON COLUMN installation.kind IS 'A sandbox never opens the database of a live installation, nor the other way round.';
COMMENT ON COLUMN installation.index_key_digest IS 'Keyed hash of a constant under CAZIER_INDEX_KEYS: under another key nothing would be found.';
COMMENT ON COLUMN installation.claimed_at IS 'When.';
CREATE TRIGGER installation_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON installation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
