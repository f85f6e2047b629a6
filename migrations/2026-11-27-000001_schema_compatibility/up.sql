-- Which versions of the program a migration leaves able to work, so that nodes of two versions can run on one schema.

CREATE TABLE schema_compatibility (
    version     text NOT NULL CONSTRAINT schema_compatibility_pkey PRIMARY KEY,
    serves_from text NOT NULL,
    CONSTRAINT schema_compatibility_order_check CHECK (serves_from < version)
);
COMMENT ON TABLE schema_compatibility IS 'Migrations that older versions of the program can live with. One that has no row here cannot be served by a version that does not know it.';
COMMENT ON COLUMN schema_compatibility.version IS 'The migration.';
COMMENT ON COLUMN schema_compatibility.serves_from IS 'Newest migration of the oldest version that can live with it.';
