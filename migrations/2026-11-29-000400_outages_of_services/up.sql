-- Other simulated services than registers are told to be away, too; empty in a live installation.
ALTER TABLE sandbox.outages
    DROP CONSTRAINT outages_register_check,
    ADD CONSTRAINT outages_register_check CHECK (register IN ('criminal_records', 'civil_status', 'companies', 'ghiseul',
        'timestamps', 'revocation'));
COMMENT ON TABLE sandbox.outages IS 'Simulated registers and services that were told to be away, or to misbehave.';
COMMENT ON COLUMN sandbox.outages.register IS 'A register (criminal_records, civil_status or companies), or another service (ghiseul, timestamps or revocation).';
COMMENT ON COLUMN sandbox.outages.behaviour IS 'What it does instead of answering.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000400', '20261129000340');
