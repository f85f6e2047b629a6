DROP TABLE trust_lists;
ALTER TABLE seal_keys DROP COLUMN retired_in_emergency;
