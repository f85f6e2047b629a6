GRANT EXECUTE ON FUNCTION queue_audit_event(), queue_certificate() TO PUBLIC;
ALTER FUNCTION refuse_inactive_signer() RESET search_path;
ALTER FUNCTION refuse_later_key() RESET search_path;
DROP TRIGGER certificates_end_final ON certificates;
DROP FUNCTION refuse_other_end();
DELETE FROM schema_compatibility WHERE version = '20261128000083';
