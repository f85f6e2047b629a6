ALTER TABLE applications
    DROP CONSTRAINT applications_shown_entries_check,
    DROP COLUMN shown_entries;
