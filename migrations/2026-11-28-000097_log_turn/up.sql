-- Whoever appends to the log holds this row, which no role but the worker's can lock. The advisory lock of before could be held by
-- every role. Where a worker of the version before appends too, one of both finds its places taken, and tries again.
CREATE TABLE log_turn (
    turn smallint CONSTRAINT log_turn_pkey PRIMARY KEY CONSTRAINT log_turn_turn_check CHECK (turn = 1)
);
INSERT INTO log_turn VALUES (1);
COMMENT ON TABLE log_turn IS 'One row, which the worker that appends to the log locks.';
COMMENT ON COLUMN log_turn.turn IS 'Says nothing.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000097', '20261127000001');
