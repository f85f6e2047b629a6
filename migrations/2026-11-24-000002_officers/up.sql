-- Officers and operators: where they work, and the second factor that they must have and citizens may.

CREATE TABLE offices (
    id         uuid        CONSTRAINT offices_pkey PRIMARY KEY,
    code       text        NOT NULL CONSTRAINT offices_code_key UNIQUE CONSTRAINT offices_code_check CHECK (code ~ '^[A-Z0-9][A-Z0-9-]{1,15}$'),
    kind       text        NOT NULL CONSTRAINT offices_kind_check CHECK (kind IN ('police', 'driving_licences', 'passports', 'population_register')),
    name       text        NOT NULL,
    county     text        NOT NULL CONSTRAINT offices_county_check CHECK (county ~ '^[A-Z]{1,2}$'),
    locality   text        NOT NULL,
    address    text        NOT NULL,
    programme  text        NOT NULL,
    phone      text,
    updated_at timestamptz NOT NULL,
    closed_at  timestamptz
);
CREATE INDEX offices_county_idx ON offices (county, name) WHERE closed_at IS NULL;
COMMENT ON TABLE offices IS 'Offices of the ministry with a public desk, where a person can be certified.';
COMMENT ON COLUMN offices.id IS 'UUIDv7.';
COMMENT ON COLUMN offices.code IS 'The ministry''s own code of the office: what an import finds it by.';
COMMENT ON COLUMN offices.kind IS 'What the office does; decides since when it certifies.';
COMMENT ON COLUMN offices.name IS 'Name, as on its door.';
COMMENT ON COLUMN offices.county IS 'County, by the letters of its number plates (CJ, B).';
COMMENT ON COLUMN offices.locality IS 'Town or village.';
COMMENT ON COLUMN offices.address IS 'Street and number.';
COMMENT ON COLUMN offices.programme IS 'Opening hours, in words.';
COMMENT ON COLUMN offices.phone IS 'Public phone number, E.164.';
COMMENT ON COLUMN offices.updated_at IS 'When an import last told of it.';
COMMENT ON COLUMN offices.closed_at IS 'When it was closed; its past decisions still name it.';

CREATE TABLE office_phases (
    kind            text CONSTRAINT office_phases_pkey PRIMARY KEY CONSTRAINT office_phases_kind_check CHECK (kind IN ('police', 'driving_licences', 'passports', 'population_register')),
    certifies_since date NOT NULL
);
COMMENT ON TABLE office_phases IS 'The roll-out: since when each kind of office certifies identities. A kind that is not here does not yet.';
COMMENT ON COLUMN office_phases.kind IS 'Kind of office.';
COMMENT ON COLUMN office_phases.certifies_since IS 'First day (Romanian civil date).';

ALTER TABLE accounts
    ADD COLUMN office_id uuid CONSTRAINT accounts_office_fkey REFERENCES offices,
    ADD COLUMN staff_person_index bytea,
    ADD CONSTRAINT accounts_staff_check CHECK ((role = 'citizen') = (staff_person_index IS NULL)),
    ADD CONSTRAINT accounts_officer_check CHECK ((role = 'officer') = (office_id IS NOT NULL));
CREATE INDEX accounts_office_idx ON accounts (office_id) WHERE office_id IS NOT NULL;
COMMENT ON COLUMN accounts.office_id IS 'Where an officer works; what they decide, they decide there.';
COMMENT ON COLUMN accounts.staff_person_index IS 'Keyed hash of an officer''s or operator''s own CNP: nobody certifies oneself.';

ALTER TABLE sessions
    ADD COLUMN second_factor_at timestamptz,
    ADD COLUMN active_at timestamptz;
COMMENT ON COLUMN sessions.second_factor_at IS 'When the second factor was last shown in this session.';
COMMENT ON COLUMN sessions.active_at IS 'When an officer or operator last did something in it, to the minute; an idle session is closed. Null for citizens.';

CREATE TABLE totp_secrets (
    account_id   uuid        CONSTRAINT totp_secrets_pkey PRIMARY KEY CONSTRAINT totp_secrets_account_fkey REFERENCES accounts ON DELETE CASCADE,
    secret       bytea       NOT NULL,
    last_step    bigint      NOT NULL,
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz
);
COMMENT ON TABLE totp_secrets IS 'Second factors: time-based one-time passwords (RFC 6238).';
COMMENT ON COLUMN totp_secrets.account_id IS 'Whose it is.';
COMMENT ON COLUMN totp_secrets.secret IS 'Sealed shared secret, 160 bits.';
COMMENT ON COLUMN totp_secrets.last_step IS 'The last 30-second step whose code was taken: a code works once.';
COMMENT ON COLUMN totp_secrets.created_at IS 'When it was made.';
COMMENT ON COLUMN totp_secrets.confirmed_at IS 'When the first code proved that the owner has it; before, it asks nobody for anything.';

CREATE TABLE recovery_codes (
    account_id uuid        NOT NULL CONSTRAINT recovery_codes_account_fkey REFERENCES totp_secrets ON DELETE CASCADE,
    code_index bytea       NOT NULL,
    used_at    timestamptz,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (account_id, code_index)
);
COMMENT ON TABLE recovery_codes IS 'What opens an account whose second factor is lost; each works once.';
COMMENT ON COLUMN recovery_codes.account_id IS 'Whose it is.';
COMMENT ON COLUMN recovery_codes.code_index IS 'Keyed hash of the code.';
COMMENT ON COLUMN recovery_codes.used_at IS 'When it was used up.';
