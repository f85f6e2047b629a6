ALTER TABLE redirect_logins DROP COLUMN person_index;
