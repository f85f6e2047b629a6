-- Fails while there are rows that cannot be read: without them their people would look clean.
ALTER TABLE registry.imports RENAME COLUMN records TO lines;
COMMENT ON COLUMN registry.imports.refused IS 'Records that broke a rule.';
ALTER TABLE registry.companies DROP COLUMN unreadable, ALTER COLUMN record SET NOT NULL;
ALTER TABLE registry.civil_status DROP COLUMN unreadable, ALTER COLUMN record SET NOT NULL;
ALTER TABLE registry.company_criminal_records DROP COLUMN unreadable, ALTER COLUMN entry SET NOT NULL;
ALTER TABLE registry.criminal_records DROP COLUMN unreadable, ALTER COLUMN entry SET NOT NULL;
DROP TABLE registry.registers;
