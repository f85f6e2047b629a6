ALTER FUNCTION tell_session_end() RESET search_path;
ALTER FUNCTION refuse_unknown_step() RESET search_path;
ALTER FUNCTION refuse_change() RESET search_path;
ALTER FUNCTION application_leads(text, text) RESET search_path;
DELETE FROM schema_compatibility WHERE version = '20261128000100';
