-- Who represents which legal person: confirmed once, by the company register or by an officer.

CREATE TABLE mandates (
    id            uuid        CONSTRAINT mandates_pkey PRIMARY KEY,
    account_id    uuid        NOT NULL CONSTRAINT mandates_account_fkey REFERENCES accounts,
    person_index  bytea       NOT NULL,
    company_index bytea       NOT NULL,
    company       bytea       NOT NULL,
    capacity      text        NOT NULL CONSTRAINT mandates_capacity_check CHECK (capacity IN ('legal_representative', 'attorney')),
    status        text        NOT NULL CONSTRAINT mandates_status_check CHECK (status IN ('pending', 'confirmed', 'refused', 'ended')),
    confirmed_by  text        CONSTRAINT mandates_confirmed_by_check CHECK (confirmed_by IN ('company_register', 'officer')),
    reviewer_id   uuid        CONSTRAINT mandates_reviewer_fkey REFERENCES accounts,
    office_id     uuid,
    reason        text,
    ended_by      text        CONSTRAINT mandates_ended_by_check CHECK (ended_by IN ('holder', 'officer', 'company_register')),
    note          bytea,
    created_at    timestamptz NOT NULL,
    decided_at    timestamptz,
    ended_at      timestamptz,
    CONSTRAINT mandates_confirmation_check CHECK (status NOT IN ('confirmed', 'refused') OR decided_at IS NOT NULL),
    CONSTRAINT mandates_confirmer_check CHECK (status <> 'confirmed' OR confirmed_by IS NOT NULL),
    CONSTRAINT mandates_end_check CHECK ((status = 'ended') = (ended_at IS NOT NULL) AND (status = 'ended') = (ended_by IS NOT NULL))
);
-- One mandate at a time is asked for or in force between a person and a company.
CREATE UNIQUE INDEX mandates_one_open_key ON mandates (person_index, company_index) WHERE status IN ('pending', 'confirmed');
CREATE INDEX mandates_account_idx ON mandates (account_id, id DESC);
CREATE INDEX mandates_pending_idx ON mandates (id DESC) WHERE status = 'pending';
CREATE INDEX mandates_company_idx ON mandates (company_index, id DESC);
CREATE INDEX mandates_reviewer_idx ON mandates (reviewer_id);
COMMENT ON TABLE mandates IS 'Who represents which legal person.';
COMMENT ON COLUMN mandates.id IS 'UUIDv7.';
COMMENT ON COLUMN mandates.account_id IS 'The account of the representative.';
COMMENT ON COLUMN mandates.person_index IS 'Keyed hash of the representative''s CNP: a mandate is a person''s, whatever account is theirs.';
COMMENT ON COLUMN mandates.company_index IS 'Keyed hash of the CUI.';
COMMENT ON COLUMN mandates.company IS 'Sealed CUI, name and trade-register number, as the company register told them when the mandate was asked for.';
COMMENT ON COLUMN mandates.capacity IS 'legal_representative or attorney.';
COMMENT ON COLUMN mandates.status IS 'Where it stands.';
COMMENT ON COLUMN mandates.confirmed_by IS 'company_register or officer.';
COMMENT ON COLUMN mandates.reviewer_id IS 'The officer who looks at it, decided or ended it.';
COMMENT ON COLUMN mandates.office_id IS 'The office where the officer did.';
COMMENT ON COLUMN mandates.reason IS 'Stable code of why it was refused or ended.';
COMMENT ON COLUMN mandates.ended_by IS 'holder, officer or company_register.';
COMMENT ON COLUMN mandates.note IS 'Sealed words of the officer, for officers.';
COMMENT ON COLUMN mandates.created_at IS 'When it was asked for.';
COMMENT ON COLUMN mandates.decided_at IS 'When it was confirmed or refused.';
COMMENT ON COLUMN mandates.ended_at IS 'When it ended.';
