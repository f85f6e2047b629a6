-- A row that a node changes to learn whether anything can be written: a full disk takes reads and refuses writes.

CREATE TABLE write_probe (
    id        boolean     NOT NULL DEFAULT true CONSTRAINT write_probe_pkey PRIMARY KEY CONSTRAINT write_probe_one_row_check CHECK (id),
    probed_at timestamptz NOT NULL,
    filler    bytea
);
ALTER TABLE write_probe ALTER COLUMN filler SET STORAGE EXTERNAL;
INSERT INTO write_probe (probed_at) VALUES (now());
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261127000002', '20261127000001');
COMMENT ON TABLE write_probe IS 'One row, which nodes change to learn whether anything can be written.';
COMMENT ON COLUMN write_probe.id IS 'Always true: there is one row.';
COMMENT ON COLUMN write_probe.probed_at IS 'When a node last did.';
COMMENT ON COLUMN write_probe.filler IS 'Always null; filled, and rolled back, to learn whether there is room on the disk.';
