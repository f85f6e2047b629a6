DELETE FROM schema_compatibility WHERE version = '20261128000084';
DROP INDEX audit_events_sessions_idx;
