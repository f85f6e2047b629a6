-- A clock that testers move; empty in a live installation.
CREATE TABLE sandbox.clock (
    id           boolean     CONSTRAINT clock_pkey PRIMARY KEY CONSTRAINT clock_id_check CHECK (id),
    ahead_micros bigint      NOT NULL CONSTRAINT clock_ahead_micros_check CHECK (ahead_micros >= 0),
    moved_at     timestamptz NOT NULL
);
COMMENT ON TABLE sandbox.clock IS 'How far the clock of a sandbox is ahead of its machines.';
COMMENT ON COLUMN sandbox.clock.id IS 'Always true: there is one row, or none while nobody has moved the clock.';
COMMENT ON COLUMN sandbox.clock.ahead_micros IS 'Microseconds; never less than before.';
COMMENT ON COLUMN sandbox.clock.moved_at IS 'When it was moved last, by the clock itself.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000109', '20261127000001');
