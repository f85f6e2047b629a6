DROP TRIGGER sessions_tell_end ON sessions;
DROP FUNCTION tell_session_end();
