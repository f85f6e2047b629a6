DELETE FROM schema_compatibility WHERE version = '20261127000051';
ALTER TABLE certificate_documents RESET (autovacuum_vacuum_scale_factor);
ALTER TABLE certificates RESET (autovacuum_vacuum_scale_factor);
ALTER TABLE applications RESET (autovacuum_vacuum_scale_factor);
