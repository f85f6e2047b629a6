-- What a client may ask people for: what it needs, and no more. Clients that are registered, and those that nodes of the version
-- before register, may ask for everything, as they could.
ALTER TABLE clients
    ADD COLUMN scopes TEXT[] NOT NULL
        DEFAULT '{openid,profile,identity,applications:read,applications:write,certificates:read}'
        CONSTRAINT clients_scopes_check CHECK (
            scopes <@ ARRAY['openid', 'profile', 'identity', 'applications:read', 'applications:write', 'certificates:read']
        );
COMMENT ON COLUMN clients.scopes IS 'Scopes that it may ask people for.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000380', '20261129000340');
