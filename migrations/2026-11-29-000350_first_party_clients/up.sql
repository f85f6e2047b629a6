-- A client acts for people by what they grant it. A first-party client is a front end of the service itself: on its pages people
-- type passwords, and the sessions that it opens do everything.
ALTER TABLE clients ADD COLUMN first_party BOOLEAN NOT NULL DEFAULT false;
-- Whoever takes links of mails has pages for passwords. By a system nobody comes, and no link leads to it.
UPDATE clients SET mail_link_base = NULL WHERE kind = 'system';
UPDATE clients SET first_party = true WHERE mail_link_base IS NOT NULL;
ALTER TABLE clients
    ADD CONSTRAINT clients_first_party_check CHECK (NOT first_party OR kind <> 'system'),
    ADD CONSTRAINT clients_mail_links_check CHECK (mail_link_base IS NULL OR first_party);
COMMENT ON COLUMN clients.first_party IS 'Whether its pages take passwords and open sessions that do everything, as the front end in the settings does.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000350', '20261129000340');
