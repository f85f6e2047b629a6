DELETE FROM schema_compatibility WHERE version = '20261129000400';
COMMENT ON COLUMN sandbox.outages.behaviour IS 'What the register does instead of answering.';
COMMENT ON COLUMN sandbox.outages.register IS 'criminal_records, civil_status or companies.';
COMMENT ON TABLE sandbox.outages IS 'Simulated registers that were told to be away.';
DELETE FROM sandbox.outages WHERE register NOT IN ('criminal_records', 'civil_status', 'companies');
ALTER TABLE sandbox.outages
    DROP CONSTRAINT outages_register_check,
    ADD CONSTRAINT outages_register_check CHECK (register IN ('criminal_records', 'civil_status', 'companies'));
