-- A power of attorney may say until when it holds.

ALTER TABLE mandates
    ADD COLUMN valid_until date,
    DROP CONSTRAINT mandates_ended_by_check,
    ADD CONSTRAINT mandates_ended_by_check CHECK (ended_by IN ('holder', 'officer', 'company_register', 'term'));
COMMENT ON COLUMN mandates.valid_until IS 'Last day (Europe/Bucharest) on which it is in force; null when it has no term.';
COMMENT ON COLUMN mandates.ended_by IS 'holder, officer, company_register, or term: its last day had passed when it was asked for again.';
