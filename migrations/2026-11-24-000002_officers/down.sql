DROP TABLE recovery_codes, totp_secrets;
ALTER TABLE sessions DROP COLUMN active_at, DROP COLUMN second_factor_at;
ALTER TABLE accounts
    DROP CONSTRAINT accounts_officer_check,
    DROP CONSTRAINT accounts_staff_check,
    DROP COLUMN staff_person_index,
    DROP COLUMN office_id;
DROP TABLE office_phases, offices;
