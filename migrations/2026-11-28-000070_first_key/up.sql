-- A node inserts the first key of an installation, and so needs the right to insert; it must not be able to add another,
-- which would be published and believed. Later keys are inserted by roles that may also set their periods.
CREATE FUNCTION refuse_later_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM seal_keys) AND NOT has_column_privilege(TG_RELID, 'active_from', 'UPDATE') THEN
        RAISE EXCEPTION 'a node inserts the first key alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION refuse_later_key() IS 'Whoever may not set the periods of keys inserts the first key of an installation, and no other.';
CREATE TRIGGER seal_keys_first BEFORE INSERT ON seal_keys FOR EACH ROW EXECUTE FUNCTION refuse_later_key();

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000070', '20261127000001');
