-- Nobody uses up another person's application of the day: what an officer has to look at first (for somebody else, or of
-- another EU national) is counted for the account that applies.

DROP INDEX applications_one_a_day_key;
CREATE UNIQUE INDEX applications_one_a_day_key ON applications (person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NULL;
CREATE UNIQUE INDEX applications_one_a_day_of_account_key ON applications (account_id, person_index, service, reason, applied_on) WHERE corrects IS NULL AND matter IS NOT NULL;
