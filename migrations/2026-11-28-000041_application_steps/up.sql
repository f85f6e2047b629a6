-- An application takes the steps of the code's table (`src/applications/life.rs`) and no other, whichever statement asks. It
-- costs some two microseconds for each update that changes a status, and nothing where a certificate is issued at once.

CREATE FUNCTION application_leads(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (before, after) IN (
        ('submitted', 'issued'), ('submitted', 'referred'), ('submitted', 'awaiting_register'), ('submitted', 'awaiting_ecris'),
        ('awaiting_register', 'issued'), ('awaiting_register', 'referred'), ('awaiting_register', 'rejected'), ('awaiting_register', 'withdrawn'),
        ('awaiting_ecris', 'in_review'), ('awaiting_ecris', 'rejected'), ('awaiting_ecris', 'withdrawn'),
        ('referred', 'in_review'), ('referred', 'rejected'), ('referred', 'withdrawn'),
        ('in_review', 'issued'), ('in_review', 'rejected'), ('in_review', 'withdrawn')
    )
$$;
COMMENT ON FUNCTION application_leads(text, text) IS 'Whether a step leads from one status of an application to another.';
CREATE FUNCTION refuse_unknown_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT application_leads(OLD.status, NEW.status) THEN
        RAISE EXCEPTION 'no step of an application leads from % to %', OLD.status, NEW.status USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION refuse_unknown_step() IS 'Keeps applications to their steps.';
CREATE TRIGGER applications_steps BEFORE UPDATE OF status ON applications
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION refuse_unknown_step();
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000041', '20261127000001');
