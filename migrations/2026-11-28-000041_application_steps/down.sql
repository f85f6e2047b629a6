DELETE FROM schema_compatibility WHERE version = '20261128000041';
DROP TRIGGER applications_steps ON applications;
DROP FUNCTION refuse_unknown_step();
DROP FUNCTION application_leads(text, text);
