-- What a trigger calls is looked up where the schema has it, whatever the session that fires it has set: a role can set the
-- search path of its own sessions.
ALTER FUNCTION application_leads(text, text) SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION refuse_change() SET search_path = pg_catalog, pg_temp;
ALTER FUNCTION refuse_unknown_step() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION tell_session_end() SET search_path = pg_catalog, pg_temp;

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000100', '20261127000001');
