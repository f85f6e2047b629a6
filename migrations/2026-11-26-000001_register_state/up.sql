-- What each local register holds, and the lines that say that somebody is known and no more.

CREATE TABLE registry.registers (
    register         text        CONSTRAINT registers_pkey PRIMARY KEY CONSTRAINT registers_register_check CHECK (register IN ('criminal_records', 'civil_status', 'companies', 'company_criminal_records')),
    rows             bigint      NOT NULL CONSTRAINT registers_rows_check CHECK (rows >= 0),
    as_of            timestamptz NOT NULL,
    index_key_digest bytea       NOT NULL
);
COMMENT ON TABLE registry.registers IS 'The local registers that were filled. One that does not stand here was never filled, and answers nothing.';
COMMENT ON COLUMN registry.registers.register IS 'criminal_records, civil_status, companies or company_criminal_records.';
COMMENT ON COLUMN registry.registers.rows IS 'Rows when it was filled.';
COMMENT ON COLUMN registry.registers.as_of IS 'The moment at which its content was right.';
COMMENT ON COLUMN registry.registers.index_key_digest IS 'Keyed hash of a constant under the index key that its rows are found by, as in installation.';

-- What was imported before may lack the lines that an import of that time refused or swallowed: it is imported again.

ALTER TABLE registry.criminal_records
    ALTER COLUMN entry DROP NOT NULL,
    ADD COLUMN unreadable text,
    ADD CONSTRAINT criminal_records_unreadable_check CHECK ((entry IS NULL) = (unreadable IS NOT NULL));
COMMENT ON COLUMN registry.criminal_records.unreadable IS 'Code of the rule that the line broke: the person has an entry, and it cannot be read.';

ALTER TABLE registry.company_criminal_records
    ALTER COLUMN entry DROP NOT NULL,
    ADD COLUMN unreadable text,
    ADD CONSTRAINT company_criminal_records_unreadable_check CHECK ((entry IS NULL) = (unreadable IS NOT NULL));
COMMENT ON COLUMN registry.company_criminal_records.unreadable IS 'Code of the rule that the line broke: the legal person has an entry, and it cannot be read.';

ALTER TABLE registry.civil_status
    ALTER COLUMN record DROP NOT NULL,
    ADD COLUMN unreadable text,
    ADD CONSTRAINT civil_status_unreadable_check CHECK ((record IS NULL) = (unreadable IS NOT NULL));
COMMENT ON COLUMN registry.civil_status.unreadable IS 'Code of the rule that the line broke: the person is known, and the record cannot be read.';

ALTER TABLE registry.companies
    ALTER COLUMN record DROP NOT NULL,
    ADD COLUMN unreadable text,
    ADD CONSTRAINT companies_unreadable_check CHECK ((record IS NULL) = (unreadable IS NOT NULL));
COMMENT ON COLUMN registry.companies.unreadable IS 'Code of the rule that the line broke: the legal person is known, and the record cannot be read.';

ALTER TABLE registry.imports RENAME COLUMN lines TO records;
COMMENT ON COLUMN registry.imports.refused IS 'Records that broke a rule: of those the subject alone is kept.';
-- Imports that stand half done were begun by other rules, and their tables lack the new column.
DO $$
DECLARE open_import text;
BEGIN
    FOR open_import IN SELECT register FROM registry.imports WHERE switched_at IS NULL LOOP
        EXECUTE format('DROP TABLE registry.%I', open_import || '_to_come');
    END LOOP;
END $$;
DELETE FROM registry.imports WHERE switched_at IS NULL;
