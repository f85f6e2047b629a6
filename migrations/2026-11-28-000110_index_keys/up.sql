-- The index keys can be rotated: the claim says which list of keys made the hashes, which ones did before, and whether they are
-- being made anew.

ALTER TABLE installation
    ADD COLUMN older_index_key_digests bytea[]     NOT NULL DEFAULT '{}',
    ADD COLUMN rehashing_since         timestamptz;
COMMENT ON TABLE installation IS 'What this database belongs to: one row, written by the first node that opens it. Its kind is the same for ever.';
COMMENT ON COLUMN installation.index_key_digest IS 'Keyed hash of a constant under the whole list of CAZIER_INDEX_KEYS: under another list nothing would be found.';
COMMENT ON COLUMN installation.older_index_key_digests IS 'The same under the lists of before, the oldest first.';
COMMENT ON COLUMN installation.rehashing_since IS 'Since when cazier keys rotate-index makes the hashes anew, or asks the nodes to let go; null otherwise. No node is connected meanwhile.';

CREATE FUNCTION refuse_other_installation() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an installation stays what it is, and the digest of its index keys changes only while hashes are made anew'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'installation_kept';
END
$$;
COMMENT ON FUNCTION refuse_other_installation() IS 'Keeps the claim, but for the steps of a rotation of the index keys.';
DROP TRIGGER installation_kept ON installation;
CREATE TRIGGER installation_kept BEFORE DELETE OR TRUNCATE ON installation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER installation_facts_kept BEFORE UPDATE ON installation FOR EACH ROW
    WHEN ((NEW.one, NEW.kind, NEW.claimed_at) IS DISTINCT FROM (OLD.one, OLD.kind, OLD.claimed_at)
        OR ((NEW.index_key_digest, NEW.older_index_key_digests)
            IS DISTINCT FROM (OLD.index_key_digest, OLD.older_index_key_digests)
            AND (OLD.rehashing_since IS NULL OR NEW.rehashing_since IS NULL
                OR NEW.older_index_key_digests IS DISTINCT FROM OLD.older_index_key_digests || OLD.index_key_digest)))
    EXECUTE FUNCTION refuse_other_installation();

ALTER TABLE certificates ADD COLUMN logged_as bytea;
COMMENT ON COLUMN certificates.logged_as IS 'person_index and control_code_index as the leaf of the issue commits to them, encrypted by a key that is derived from the newest index key; null if they are those of the row.';

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000110', '20261127000001');
