-- What relying parties pin: which keys count for nothing without a time-stamp, and the list that operators sign.

ALTER TABLE seal_keys
    ADD COLUMN retired_in_emergency boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT seal_keys_emergency_check CHECK (NOT retired_in_emergency OR retired_from IS NOT NULL);
COMMENT ON COLUMN seal_keys.retired_in_emergency IS 'Others may have had the key: nothing sealed by it counts unless a time-stamp proves that it is older than retired_from. Keys that were retired before this column are marked by `cazier keys retire --emergency`.';

CREATE TABLE trust_lists (
    id           uuid        CONSTRAINT trust_lists_pkey PRIMARY KEY,
    jws          text        NOT NULL,
    published_at timestamptz NOT NULL
);
COMMENT ON TABLE trust_lists IS 'Lists of the seal''s keys as operators signed them with their offline key; public data alone. The last one is served as it is, while it says what seal_keys says.';
COMMENT ON COLUMN trust_lists.id IS 'UUIDv7.';
COMMENT ON COLUMN trust_lists.jws IS 'JWS in the general JSON serialization (RFC 7515, section 7.2.1).';
COMMENT ON COLUMN trust_lists.published_at IS 'When.';
CREATE TRIGGER trust_lists_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON trust_lists
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
