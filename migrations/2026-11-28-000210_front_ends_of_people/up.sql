-- Links in mails lead to the front end by which a person came.
--
-- Not CONCURRENTLY, for the reasons of 2026-11-27-000050: no row is in these indexes yet, and log-ins wait for one scan.

-- The front end by which a person came; a removed one leaves links that lead to the first-party front end.
ALTER TABLE registrations ADD COLUMN client_id TEXT
    CONSTRAINT registrations_client_id_fkey REFERENCES clients (id) ON DELETE SET NULL;
COMMENT ON COLUMN registrations.client_id IS 'The front end whose page sent the registration; null: the first-party front end.';
CREATE INDEX registrations_client_id_idx ON registrations (client_id) WHERE client_id IS NOT NULL;
ALTER TABLE accounts ADD COLUMN client_id TEXT
    CONSTRAINT accounts_client_id_fkey REFERENCES clients (id) ON DELETE SET NULL;
COMMENT ON COLUMN accounts.client_id IS 'The front end by which its owner came; null: the first-party front end.';
CREATE INDEX accounts_client_id_idx ON accounts (client_id) WHERE client_id IS NOT NULL;
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000210', '20261127000001');
