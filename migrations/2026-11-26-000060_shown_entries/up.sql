-- An officer decides about the entries that they looked at, and about no others.

ALTER TABLE applications
    ADD COLUMN shown_entries bytea,
    ADD CONSTRAINT applications_shown_entries_check CHECK (octet_length(shown_entries) = 33);
COMMENT ON COLUMN applications.shown_entries IS 'Keyed hash (key id, HMAC-SHA-256) of the register''s entries that the officer saw when they claimed it; with other entries there is no decision. Null before the first claim.';
