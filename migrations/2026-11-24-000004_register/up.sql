-- Applications that wait for a register or an officer, imports of the local registers, outages of the simulated ones.

ALTER TABLE applications
    DROP CONSTRAINT applications_status_check,
    ADD CONSTRAINT applications_status_check CHECK (status IN ('awaiting_register', 'awaiting_ecris', 'referred', 'in_review', 'issued', 'rejected', 'withdrawn')),
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN tries integer NOT NULL DEFAULT 0,
    ADD COLUMN next_try_at timestamptz;
UPDATE applications SET changed_at = created_at, next_try_at = CASE WHEN status = 'awaiting_register' THEN created_at END;
ALTER TABLE applications
    ALTER COLUMN changed_at SET NOT NULL,
    ADD CONSTRAINT applications_next_try_check CHECK ((status = 'awaiting_register') = (next_try_at IS NOT NULL));
CREATE INDEX applications_waiting_idx ON applications (next_try_at) WHERE status = 'awaiting_register';
COMMENT ON COLUMN applications.changed_at IS 'When it came to stand where it stands.';
COMMENT ON COLUMN applications.tries IS 'How often the waiting room has asked the registers for it.';
COMMENT ON COLUMN applications.next_try_at IS 'While it awaits the register: not before then. Whoever takes it up moves this on, so that no two do.';

ALTER TABLE application_events
    ADD COLUMN reason text;
COMMENT ON COLUMN application_events.reason IS 'Stable code of why, where the step alone does not say it.';

CREATE TABLE registry.imports (
    id           uuid        CONSTRAINT imports_pkey PRIMARY KEY,
    register     text        NOT NULL CONSTRAINT imports_register_check CHECK (register IN ('criminal_records', 'civil_status')),
    file_digest  bytea       NOT NULL,
    file_bytes   bigint      NOT NULL,
    lines        bigint      NOT NULL DEFAULT 0,
    loaded       bigint      NOT NULL DEFAULT 0,
    refused      bigint      NOT NULL DEFAULT 0,
    report_bytes bigint      NOT NULL DEFAULT 0,
    started_at   timestamptz NOT NULL,
    switched_at  timestamptz
);
CREATE UNIQUE INDEX imports_open_idx ON registry.imports (register) WHERE switched_at IS NULL;
COMMENT ON TABLE registry.imports IS 'Imports of the local registers: how far each came, so that one that was interrupted goes on. One is open for a register at a time.';
COMMENT ON COLUMN registry.imports.id IS 'UUIDv7.';
COMMENT ON COLUMN registry.imports.register IS 'criminal_records or civil_status.';
COMMENT ON COLUMN registry.imports.file_digest IS 'SHA-256 of the file: only the same file goes on.';
COMMENT ON COLUMN registry.imports.file_bytes IS 'Its length.';
COMMENT ON COLUMN registry.imports.lines IS 'Records read, the refused ones too; the header is none.';
COMMENT ON COLUMN registry.imports.loaded IS 'Records that lie in the table to come.';
COMMENT ON COLUMN registry.imports.refused IS 'Records that broke a rule.';
COMMENT ON COLUMN registry.imports.report_bytes IS 'Length of the report of refused records that belongs to what was loaded.';
COMMENT ON COLUMN registry.imports.started_at IS 'When it began.';
COMMENT ON COLUMN registry.imports.switched_at IS 'When its rows became the register; null while it is open.';

CREATE TABLE sandbox.outages (
    register text        CONSTRAINT outages_pkey PRIMARY KEY CONSTRAINT outages_register_check CHECK (register IN ('criminal_records', 'civil_status')),
    until    timestamptz NOT NULL
);
COMMENT ON TABLE sandbox.outages IS 'Simulated registers that were told to be away.';
COMMENT ON COLUMN sandbox.outages.register IS 'criminal_records or civil_status.';
COMMENT ON COLUMN sandbox.outages.until IS 'It answers again from then on.';
