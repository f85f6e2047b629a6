DELETE FROM schema_compatibility WHERE version = '20261128000110';
ALTER TABLE certificates DROP COLUMN logged_as;
DROP TRIGGER installation_facts_kept ON installation;
DROP TRIGGER installation_kept ON installation;
DROP FUNCTION refuse_other_installation();
ALTER TABLE installation DROP COLUMN rehashing_since, DROP COLUMN older_index_key_digests;
CREATE TRIGGER installation_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON installation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
