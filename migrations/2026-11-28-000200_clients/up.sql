-- Front ends and relying parties' systems are rows, so that one is added or removed while nodes serve. The first-party front end
-- `hub` stays in the settings.
CREATE TABLE clients (
    id TEXT NOT NULL CONSTRAINT clients_pkey PRIMARY KEY
        CONSTRAINT clients_id_check CHECK (id ~ '^[a-z0-9][a-z0-9._-]{0,63}$' AND id <> 'hub'),
    name TEXT NOT NULL CONSTRAINT clients_name_check CHECK (char_length(name) BETWEEN 1 AND 100),
    contact TEXT NOT NULL CONSTRAINT clients_contact_check CHECK (char_length(contact) BETWEEN 1 AND 200),
    logo_text TEXT CONSTRAINT clients_logo_text_check CHECK (char_length(logo_text) BETWEEN 1 AND 4),
    kind TEXT NOT NULL CONSTRAINT clients_kind_check CHECK (kind IN ('web', 'browser', 'native', 'system')),
    origins TEXT[] NOT NULL CONSTRAINT clients_origins_check CHECK (cardinality(origins) <= 20),
    redirect_uris TEXT[] NOT NULL CONSTRAINT clients_redirect_uris_check CHECK (cardinality(redirect_uris) <= 20),
    initiate_login_uri TEXT,
    mail_link_base TEXT,
    rate_class TEXT NOT NULL CONSTRAINT clients_rate_class_check CHECK (rate_class IN ('standard', 'high')),
    environment TEXT NOT NULL CONSTRAINT clients_environment_check CHECK (environment IN ('sandbox', 'live')),
    created_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE clients IS 'Registered clients: front ends of others, and the systems of relying parties.';
COMMENT ON COLUMN clients.id IS 'The client_id of redirects and of OAuth.';
COMMENT ON COLUMN clients.name IS 'Shown to people where they consent.';
COMMENT ON COLUMN clients.contact IS 'Whom the operator asks: an organization''s office, address or page, not a person''s.';
COMMENT ON COLUMN clients.logo_text IS 'Up to four characters that stand in for a logo.';
COMMENT ON COLUMN clients.kind IS 'web: a server with a secret. browser: pages without one. native: an app of a phone or a computer. system: no person logs in.';
COMMENT ON COLUMN clients.origins IS 'Origins of its pages, compared exactly (CORS).';
COMMENT ON COLUMN clients.redirect_uris IS 'Where redirects may return to, compared exactly; of a native client, a loopback address at any port (RFC 8252, 7.3).';
COMMENT ON COLUMN clients.initiate_login_uri IS 'Where a log-in that a third party begins is sent (OpenID Connect Core, 4).';
COMMENT ON COLUMN clients.mail_link_base IS 'Origin that links in mails lead to, for people who came by this client.';
COMMENT ON COLUMN clients.rate_class IS 'How much one sender may do in its name.';
COMMENT ON COLUMN clients.environment IS 'The kind of installation that takes it.';
COMMENT ON COLUMN clients.created_at IS 'When it was registered.';

CREATE TABLE client_secrets (
    id UUID NOT NULL CONSTRAINT client_secrets_pkey PRIMARY KEY,
    client_id TEXT NOT NULL
        CONSTRAINT client_secrets_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
    slot SMALLINT NOT NULL CONSTRAINT client_secrets_slot_check CHECK (slot BETWEEN 1 AND 2),
    digest BYTEA NOT NULL CONSTRAINT client_secrets_digest_key UNIQUE
        CONSTRAINT client_secrets_digest_check CHECK (octet_length(digest) = 32),
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT client_secrets_slot_key UNIQUE (client_id, slot)
);
COMMENT ON TABLE client_secrets IS 'Secrets of clients, at most two at a time, so that one can be replaced without an outage.';
COMMENT ON COLUMN client_secrets.id IS 'UUIDv7.';
COMMENT ON COLUMN client_secrets.client_id IS 'Whose secret it is.';
COMMENT ON COLUMN client_secrets.slot IS 'Which of the two it is.';
COMMENT ON COLUMN client_secrets.digest IS 'SHA-256 of the secret, which is 256 random bits and was shown once.';
COMMENT ON COLUMN client_secrets.created_at IS 'When it was made; rotation ends the older one.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000200', '20261127000001');
