-- To the older version a term is nobody's but the officer's who wrote it down.
COMMENT ON COLUMN mandates.ended_by IS 'holder, officer or company_register.';
UPDATE mandates SET ended_by = 'officer' WHERE ended_by = 'term';
-- What had a term would have none: better ended than for ever.
UPDATE mandates SET status = 'ended', ended_by = 'officer', ended_at = now() WHERE status = 'confirmed' AND valid_until IS NOT NULL;
ALTER TABLE mandates
    DROP CONSTRAINT mandates_ended_by_check,
    ADD CONSTRAINT mandates_ended_by_check CHECK (ended_by IN ('holder', 'officer', 'company_register')),
    DROP COLUMN valid_until;
