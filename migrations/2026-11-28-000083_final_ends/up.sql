-- An end is final: nothing in the service changes or takes back a revocation, so nobody may who has taken over a node.
CREATE FUNCTION refuse_other_end() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the end of a certificate is final'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'certificates_end_final';
END
$$;
COMMENT ON FUNCTION refuse_other_end() IS 'A certificate ends once, and stays as it ended.';
CREATE TRIGGER certificates_end_final BEFORE UPDATE ON certificates FOR EACH ROW
    WHEN (OLD.ended_as IS NOT NULL AND (OLD.ended_as, OLD.ended_at, OLD.end_reason, OLD.superseded_by)
        IS DISTINCT FROM (NEW.ended_as, NEW.ended_at, NEW.end_reason, NEW.superseded_by))
    EXECUTE FUNCTION refuse_other_end();

-- A temporary table of the same name must not stand in for the real one.
ALTER FUNCTION refuse_later_key() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION refuse_inactive_signer() SET search_path = pg_catalog, public, pg_temp;
-- Only their triggers call them.
REVOKE EXECUTE ON FUNCTION queue_audit_event(), queue_certificate() FROM PUBLIC;

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000083', '20261127000001');
