DROP INDEX identity_verifications_one_at_counter_key;
ALTER TABLE identity_verifications
    DROP CONSTRAINT identity_verifications_opened_check,
    DROP CONSTRAINT identity_verifications_moved_from_check,
    DROP CONSTRAINT identity_verifications_counter_check,
    DROP COLUMN moved_from_verified_at,
    DROP COLUMN moved_from_method,
    DROP COLUMN moved_from_id,
    DROP COLUMN note,
    DROP COLUMN document,
    DROP COLUMN opened_at,
    DROP COLUMN officer_id,
    DROP COLUMN office_id,
    DROP COLUMN activation_code_index,
    DROP COLUMN claim;
DROP TABLE known_agents, password_resets;
