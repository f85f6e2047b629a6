-- What a register says about one application may be unusable: it is tried again after growing pauses, and is an officer's in
-- the end.

ALTER TABLE applications
    ADD COLUMN bad_answers integer NOT NULL DEFAULT 0,
    ADD COLUMN bad_since timestamptz;
COMMENT ON COLUMN applications.bad_answers IS 'How many answers of registers could not be used while it awaited one.';
COMMENT ON COLUMN applications.bad_since IS 'When the first of them came; null while there is none.';
COMMENT ON COLUMN applications.next_try_at IS 'While it awaits a register: not before then. Whoever takes it up moves this on, so that no two do; that is their lease.';
COMMENT ON COLUMN applications.tries IS 'How often the waiting room has taken it up: tells whoever took it up whether it still is theirs.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261127000020', '20261127000001');
