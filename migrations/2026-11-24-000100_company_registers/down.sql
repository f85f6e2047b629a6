COMMENT ON COLUMN sandbox.outages.register IS 'criminal_records or civil_status.';
DELETE FROM sandbox.outages WHERE register = 'companies';
ALTER TABLE sandbox.outages
    DROP CONSTRAINT outages_register_check,
    ADD CONSTRAINT outages_register_check CHECK (register IN ('criminal_records', 'civil_status'));
COMMENT ON COLUMN registry.imports.register IS 'criminal_records or civil_status.';
-- What an import of legal persons had loaded goes with its tables.
DROP TABLE IF EXISTS registry.companies_to_come, registry.company_criminal_records_to_come;
DELETE FROM registry.imports WHERE register IN ('companies', 'company_criminal_records');
ALTER TABLE registry.imports
    DROP CONSTRAINT imports_register_check,
    ADD CONSTRAINT imports_register_check CHECK (register IN ('criminal_records', 'civil_status'));
DROP TABLE registry.company_criminal_records, registry.companies;
