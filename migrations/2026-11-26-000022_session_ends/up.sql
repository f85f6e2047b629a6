-- The end of a session, however it comes about, closes its streams on every node at once.

CREATE FUNCTION tell_session_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('session_ends', OLD.id::text);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tell_session_end() IS 'Tells all nodes, when the transaction commits, which session has ended.';
CREATE TRIGGER sessions_tell_end AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION tell_session_end();
