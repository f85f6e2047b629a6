-- Legal persons in the local registers, in tables of their own: an import of persons never touches them.

CREATE TABLE registry.companies (
    company_index bytea       CONSTRAINT companies_pkey PRIMARY KEY,
    id            uuid        NOT NULL,
    record        bytea       NOT NULL,
    as_of         timestamptz NOT NULL
);
COMMENT ON TABLE registry.companies IS 'The company register: names, seats and representatives of legal persons.';
COMMENT ON COLUMN registry.companies.company_index IS 'Keyed hash of the CUI.';
COMMENT ON COLUMN registry.companies.id IS 'UUIDv7; binds the sealed record to its row.';
COMMENT ON COLUMN registry.companies.record IS 'Sealed name, trade-register number, seat, representatives.';
COMMENT ON COLUMN registry.companies.as_of IS 'When the register said so.';

CREATE TABLE registry.company_criminal_records (
    id            uuid  CONSTRAINT company_criminal_records_pkey PRIMARY KEY,
    company_index bytea NOT NULL,
    entry         bytea NOT NULL
);
CREATE INDEX company_criminal_records_company_idx ON registry.company_criminal_records (company_index);
COMMENT ON TABLE registry.company_criminal_records IS 'Entries of legal persons in the criminal-record register. Who has none does not stand here.';
COMMENT ON COLUMN registry.company_criminal_records.id IS 'UUIDv7.';
COMMENT ON COLUMN registry.company_criminal_records.company_index IS 'Keyed hash of the CUI.';
COMMENT ON COLUMN registry.company_criminal_records.entry IS 'Sealed entry: judgment, court, date final, offence, sanction, status.';

ALTER TABLE registry.imports
    DROP CONSTRAINT imports_register_check,
    ADD CONSTRAINT imports_register_check CHECK (register IN ('criminal_records', 'civil_status', 'companies', 'company_criminal_records'));
COMMENT ON COLUMN registry.imports.register IS 'criminal_records, civil_status, companies or company_criminal_records.';

ALTER TABLE sandbox.outages
    DROP CONSTRAINT outages_register_check,
    ADD CONSTRAINT outages_register_check CHECK (register IN ('criminal_records', 'civil_status', 'companies'));
COMMENT ON COLUMN sandbox.outages.register IS 'criminal_records, civil_status or companies.';
