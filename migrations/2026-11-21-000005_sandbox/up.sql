-- What the sandbox shows instead of sending it; empty in a live installation.
CREATE SCHEMA sandbox;
COMMENT ON SCHEMA sandbox IS 'Visible mailbox of the sandbox.';

CREATE TABLE sandbox.mails (
    id           uuid        CONSTRAINT mails_pkey PRIMARY KEY,
    message_id   text        NOT NULL CONSTRAINT mails_message_id_key UNIQUE,
    to_index     bytea       NOT NULL,
    mail         bytea       NOT NULL,
    sent_at      timestamptz NOT NULL
);
CREATE INDEX mails_to_idx ON sandbox.mails (to_index, id DESC);
COMMENT ON TABLE sandbox.mails IS 'Mails that the sandbox delivered.';
COMMENT ON COLUMN sandbox.mails.id IS 'UUIDv7.';
COMMENT ON COLUMN sandbox.mails.message_id IS 'Stable Message-ID: a mail delivered twice shows once.';
COMMENT ON COLUMN sandbox.mails.to_index IS 'Keyed hash of the lower-cased address.';
COMMENT ON COLUMN sandbox.mails.mail IS 'Sealed JSON: address, subject, text, HTML.';
COMMENT ON COLUMN sandbox.mails.sent_at IS 'When it was delivered.';
