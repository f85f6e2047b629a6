-- The local copies of other people's registers, in a schema of their own: nothing here belongs to the service.
CREATE SCHEMA registry;
COMMENT ON SCHEMA registry IS 'Local registers: criminal records (ROCRIS) and civil status.';

CREATE TABLE registry.criminal_records (
    id           uuid  CONSTRAINT criminal_records_pkey PRIMARY KEY,
    person_index bytea NOT NULL,
    entry        bytea NOT NULL
);
CREATE INDEX criminal_records_person_idx ON registry.criminal_records (person_index);
COMMENT ON TABLE registry.criminal_records IS 'Entries of the criminal-record register. Who has none does not stand here.';
COMMENT ON COLUMN registry.criminal_records.id IS 'UUIDv7.';
COMMENT ON COLUMN registry.criminal_records.person_index IS 'Keyed hash of the CNP.';
COMMENT ON COLUMN registry.criminal_records.entry IS 'Sealed entry: judgment, court, date final, offence, sanction, status.';

CREATE TABLE registry.civil_status (
    person_index bytea       CONSTRAINT civil_status_pkey PRIMARY KEY,
    id           uuid        NOT NULL,
    record       bytea       NOT NULL,
    as_of        timestamptz NOT NULL
);
COMMENT ON TABLE registry.civil_status IS 'The population register: what prefills the form.';
COMMENT ON COLUMN registry.civil_status.person_index IS 'Keyed hash of the CNP.';
COMMENT ON COLUMN registry.civil_status.id IS 'UUIDv7; binds the sealed record to its row.';
COMMENT ON COLUMN registry.civil_status.record IS 'Sealed names, parents, birth, domicile, identity document.';
COMMENT ON COLUMN registry.civil_status.as_of IS 'When the register said so.';
