-- Persons that testers make in a sandbox, and registers that misbehave in more ways; empty in a live installation.
CREATE TABLE sandbox.persons (
    id      uuid        CONSTRAINT persons_pkey PRIMARY KEY,
    firm    uuid        CONSTRAINT persons_firm_key UNIQUE,
    person  bytea       NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX persons_made_at_idx ON sandbox.persons (made_at DESC, id);
COMMENT ON TABLE sandbox.persons IS 'Invented persons that testers made on demand.';
COMMENT ON COLUMN sandbox.persons.id IS 'Keyed hash of the CNP, as a UUID.';
COMMENT ON COLUMN sandbox.persons.firm IS 'Keyed hash of the fiscal code of the firm that the person administers, as a UUID; null without a firm.';
COMMENT ON COLUMN sandbox.persons.person IS 'Encrypted JSON: the person and the answers of the registers.';
COMMENT ON COLUMN sandbox.persons.made_at IS 'When the person was made.';

ALTER TABLE sandbox.outages
    ADD COLUMN behaviour text NOT NULL DEFAULT 'away'
        CONSTRAINT outages_behaviour_check CHECK (behaviour IN ('answers', 'slow', 'away', 'failing', 'malformed',
            'bad_digest', 'wrong_person', 'garbage', 'half_open'));
COMMENT ON COLUMN sandbox.outages.behaviour IS 'What the register does instead of answering.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000108', '20261127000001');
