-- Audit rows name the client that acted for a person: its grant, and with it every trace of the session, goes when the person
-- revokes it, and they may still ask who read their data.
ALTER TABLE audit_events ADD COLUMN client_id text;
ALTER TABLE audit_events
    ADD CONSTRAINT audit_events_client_id_check CHECK (char_length(client_id) BETWEEN 1 AND 64) NOT VALID;
COMMENT ON COLUMN audit_events.client_id IS 'The client that sent the request: for the account, by what its owner granted it, or for itself (webhooks); no reference, so that the row stays as it was logged.';
-- Older versions cannot live with this: they would log the rows without their client, and the log would not match them.
