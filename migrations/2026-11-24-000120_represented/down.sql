DROP INDEX applications_one_a_day_of_account_key;
DROP INDEX applications_one_a_day_key;
CREATE UNIQUE INDEX applications_one_a_day_key ON applications (person_index, service, reason, applied_on) WHERE corrects IS NULL;
