-- Without the mark, what a stolen key sealed would count again.
DO $$
BEGIN
    IF EXISTS (SELECT FROM seal_keys WHERE retired_in_emergency) THEN
        RAISE EXCEPTION 'a key was retired in an emergency, which the version before does not know of';
    END IF;
END $$;
DROP TABLE trust_lists;
ALTER TABLE seal_keys DROP COLUMN retired_in_emergency;
