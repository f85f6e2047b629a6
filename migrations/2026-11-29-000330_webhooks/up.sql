-- Webhooks: what happens to people who granted a client something is told to the client's endpoints. Messages are written by
-- triggers, in the transaction of the change: no statement that changes one of these tables, and none to come, can forget them.

CREATE TABLE webhook_endpoints (
    id UUID NOT NULL CONSTRAINT webhook_endpoints_pkey PRIMARY KEY,
    client_id TEXT CONSTRAINT webhook_endpoints_client_id_fkey REFERENCES clients (id),
    url TEXT NOT NULL CONSTRAINT webhook_endpoints_url_check CHECK (char_length(url) BETWEEN 1 AND 500),
    events TEXT[] NOT NULL CONSTRAINT webhook_endpoints_events_check CHECK (cardinality(events) BETWEEN 1 AND 4),
    status TEXT NOT NULL CONSTRAINT webhook_endpoints_status_check CHECK (status IN ('active', 'paused', 'disabled')),
    failing_since TIMESTAMPTZ,
    last_failed_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    status_changed_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ,
    CONSTRAINT webhook_endpoints_removed_check CHECK (
        CASE WHEN removed_at IS NULL THEN client_id IS NOT NULL ELSE status = 'disabled' END
    )
);
CREATE INDEX webhook_endpoints_client_id_idx ON webhook_endpoints (client_id);
COMMENT ON TABLE webhook_endpoints IS 'Where registered clients are told of events.';
COMMENT ON COLUMN webhook_endpoints.id IS 'UUIDv7.';
COMMENT ON COLUMN webhook_endpoints.client_id IS 'Whose endpoint it is; null once the client was removed.';
COMMENT ON COLUMN webhook_endpoints.url IS 'Where messages are sent.';
COMMENT ON COLUMN webhook_endpoints.events IS 'Families of events that it is told of, such as application.*.';
COMMENT ON COLUMN webhook_endpoints.status IS 'active. paused: messages wait. disabled (it answered 410, an operator stopped it, or it was removed): nothing is recorded for it.';
COMMENT ON COLUMN webhook_endpoints.failing_since IS 'Time of the first failure after the last success.';
COMMENT ON COLUMN webhook_endpoints.last_failed_at IS 'Time of the last failure.';
COMMENT ON COLUMN webhook_endpoints.created_at IS 'When it was added.';
COMMENT ON COLUMN webhook_endpoints.status_changed_at IS 'When it got its status.';
COMMENT ON COLUMN webhook_endpoints.removed_at IS 'When it was removed: nobody sees it any more, and housekeeping deletes its messages, then it.';

CREATE TABLE webhook_secrets (
    id UUID NOT NULL CONSTRAINT webhook_secrets_pkey PRIMARY KEY,
    endpoint_id UUID NOT NULL
        CONSTRAINT webhook_secrets_endpoint_id_fkey REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    secret BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ
);
CREATE INDEX webhook_secrets_endpoint_id_idx ON webhook_secrets (endpoint_id);
CREATE INDEX webhook_secrets_expires_at_idx ON webhook_secrets (expires_at) WHERE expires_at IS NOT NULL;
COMMENT ON TABLE webhook_secrets IS 'Secrets that sign messages; after a rotation, the earlier one signs beside the new one for a day.';
COMMENT ON COLUMN webhook_secrets.id IS 'UUIDv7.';
COMMENT ON COLUMN webhook_secrets.endpoint_id IS 'Whose messages it signs.';
COMMENT ON COLUMN webhook_secrets.secret IS 'Encrypted: 32 random octets, which the endpoint knows too.';
COMMENT ON COLUMN webhook_secrets.created_at IS 'When it was made.';
COMMENT ON COLUMN webhook_secrets.expires_at IS 'When it stops signing; null: it is the present one.';

CREATE TABLE webhook_messages (
    id UUID NOT NULL CONSTRAINT webhook_messages_pkey PRIMARY KEY,
    endpoint_id UUID NOT NULL
        CONSTRAINT webhook_messages_endpoint_id_fkey REFERENCES webhook_endpoints (id) ON DELETE CASCADE,
    grant_id UUID,
    account_id UUID,
    event_type TEXT NOT NULL CONSTRAINT webhook_messages_event_type_check CHECK (event_type IN (
        'application.submitted', 'application.awaiting_register', 'application.awaiting_ecris', 'application.referred',
        'application.in_review', 'application.issued', 'application.rejected', 'application.withdrawn',
        'application.revoked', 'certificate.issued', 'certificate.revoked', 'certificate.superseded',
        'identity.verified', 'identity.undone', 'grant.given', 'grant.changed', 'grant.revoked', 'webhook.test'
    )),
    subject_id UUID NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending'
        CONSTRAINT webhook_messages_status_check CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Due at once, whichever clock the writer has.
    next_attempt_at TIMESTAMPTZ NOT NULL DEFAULT 'epoch',
    leased_until TIMESTAMPTZ,
    lease_id UUID,
    last_attempt_at TIMESTAMPTZ,
    last_outcome TEXT CONSTRAINT webhook_messages_last_outcome_check CHECK (last_outcome IN (
        'delivered', 'refused', 'gone', 'timeout', 'unreachable', 'address_not_allowed'
    )),
    last_response_status INTEGER
);
CREATE INDEX webhook_messages_endpoint_id_idx ON webhook_messages (endpoint_id, id);
CREATE INDEX webhook_messages_grant_id_idx ON webhook_messages (grant_id);
CREATE INDEX webhook_messages_occurred_at_idx ON webhook_messages (occurred_at);
-- By when they became due: the next attempt of an older message before new ones.
CREATE INDEX webhook_messages_due_idx ON webhook_messages (endpoint_id, greatest(next_attempt_at, occurred_at))
    WHERE status = 'pending';
CREATE INDEX webhook_messages_failed_idx ON webhook_messages (endpoint_id, id) WHERE status = 'failed';
CREATE INDEX webhook_messages_leased_idx ON webhook_messages (endpoint_id) WHERE leased_until IS NOT NULL;
COMMENT ON TABLE webhook_messages IS 'Messages to endpoints, and how their delivery goes: an outbox, and the log that a client reads.';
COMMENT ON COLUMN webhook_messages.id IS 'UUIDv7; the message''s webhook-id.';
COMMENT ON COLUMN webhook_messages.endpoint_id IS 'To which endpoint.';
COMMENT ON COLUMN webhook_messages.grant_id IS 'By which grant the client may know: the message goes with it, by a trigger; no reference, so that whoever removes a client need not wait for its messages. Null where nobody''s grant is needed: the end of a grant, a test.';
COMMENT ON COLUMN webhook_messages.account_id IS 'Whom it is about, as the client knows them (sub); no reference, so that the end of a grant can be told. Null in a test.';
COMMENT ON COLUMN webhook_messages.event_type IS 'What happened.';
COMMENT ON COLUMN webhook_messages.subject_id IS 'To what: an application, a certificate, an account, a grant, the endpoint itself.';
COMMENT ON COLUMN webhook_messages.occurred_at IS 'When it happened.';
COMMENT ON COLUMN webhook_messages.status IS 'pending; delivered; failed: given up, until the client replays it.';
COMMENT ON COLUMN webhook_messages.attempts IS 'Attempts since it was recorded or replayed.';
COMMENT ON COLUMN webhook_messages.next_attempt_at IS 'The earliest time of the next attempt.';
COMMENT ON COLUMN webhook_messages.leased_until IS 'Until when a worker is sending it, by the clock of the database.';
COMMENT ON COLUMN webhook_messages.lease_id IS 'Which worker.';
COMMENT ON COLUMN webhook_messages.last_attempt_at IS 'When the last attempt ended.';
COMMENT ON COLUMN webhook_messages.last_outcome IS 'How it ended.';
COMMENT ON COLUMN webhook_messages.last_response_status IS 'What the endpoint answered, if it did.';

CREATE FUNCTION webhook_message_id() RETURNS uuid LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
            PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
        52, 1), 53, 1), 'hex')::uuid
$$;
COMMENT ON FUNCTION webhook_message_id() IS 'Makes a UUIDv7 (RFC 9562, section 5.7).';

-- As the owner: those who change these tables need no right to write messages. Those of the path that issues begin with a look
-- whether there is an endpoint at all, and all reach every row by an index, from the change on, however empty the tables were
-- when a connection planned it. A grant or endpoint that is being removed at this moment is passed over: nobody waits for whoever
-- removes it, and should that not come to pass, this one message is missing.
CREATE FUNCTION message_application_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM public.webhook_endpoints) THEN
        INSERT INTO public.webhook_messages (id, endpoint_id, grant_id, account_id, event_type, subject_id, occurred_at)
        SELECT public.webhook_message_id(), e.id, g.id, g.account_id, 'application.' || s.status, s.application_id, s.at
        FROM fresh s
        JOIN public.applications a ON a.id = s.application_id
        JOIN public.accounts o ON o.person_index = a.owner_index
        JOIN public.oauth_grants g ON g.account_id = o.id AND 'applications:read' = ANY (g.scopes)
        JOIN public.webhook_endpoints e ON e.client_id = g.client_id
        WHERE e.status <> 'disabled' AND 'application.*' = ANY (e.events)
        FOR KEY SHARE OF g, e SKIP LOCKED;
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION message_issued_certificates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF EXISTS (SELECT FROM public.webhook_endpoints) THEN
        INSERT INTO public.webhook_messages (id, endpoint_id, grant_id, account_id, event_type, subject_id, occurred_at)
        SELECT public.webhook_message_id(), e.id, g.id, g.account_id, 'certificate.issued', c.id, c.issued_at
        FROM fresh c
        JOIN public.accounts o ON o.person_index = c.owner_index
        JOIN public.oauth_grants g ON g.account_id = o.id AND 'certificates:read' = ANY (g.scopes)
        JOIN public.webhook_endpoints e ON e.client_id = g.client_id
        WHERE e.status <> 'disabled' AND 'certificate.*' = ANY (e.events)
        FOR KEY SHARE OF g, e SKIP LOCKED;
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION message_ended_certificate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO public.webhook_messages (id, endpoint_id, grant_id, account_id, event_type, subject_id, occurred_at)
    SELECT public.webhook_message_id(), e.id, g.id, g.account_id, 'certificate.' || NEW.ended_as, NEW.id, NEW.ended_at
    FROM public.accounts o
    JOIN public.oauth_grants g ON g.account_id = o.id AND 'certificates:read' = ANY (g.scopes)
    JOIN public.webhook_endpoints e ON e.client_id = g.client_id
    WHERE o.person_index = NEW.owner_index AND e.status <> 'disabled' AND 'certificate.*' = ANY (e.events)
    FOR KEY SHARE OF g, e SKIP LOCKED;
    RETURN NULL;
END
$$;
CREATE FUNCTION message_identity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    INSERT INTO public.webhook_messages (id, endpoint_id, grant_id, account_id, event_type, subject_id, occurred_at)
    SELECT public.webhook_message_id(), e.id, g.id, g.account_id,
        CASE WHEN NEW.person_index IS NULL THEN 'identity.undone' ELSE 'identity.verified' END,
        NEW.id, coalesce(NEW.identity_verified_at, statement_timestamp())
    FROM public.oauth_grants g
    JOIN public.webhook_endpoints e ON e.client_id = g.client_id
    WHERE g.account_id = NEW.id AND 'identity' = ANY (g.scopes)
        AND e.status <> 'disabled' AND 'identity.*' = ANY (e.events)
    FOR KEY SHARE OF g, e SKIP LOCKED;
    RETURN NULL;
END
$$;
CREATE FUNCTION message_grant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET join_collapse_limit = 1 SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- With no grant: this is the one thing that a client may know after it.
        INSERT INTO public.webhook_messages (id, endpoint_id, account_id, event_type, subject_id, occurred_at)
        SELECT public.webhook_message_id(), e.id, OLD.account_id, 'grant.revoked', OLD.id, statement_timestamp()
        FROM public.webhook_endpoints e
        WHERE e.client_id = OLD.client_id AND e.status <> 'disabled' AND 'grant.*' = ANY (e.events)
        FOR KEY SHARE OF e SKIP LOCKED;
        -- Of a client that is being removed, messages go with its endpoints.
        IF EXISTS (SELECT FROM public.clients WHERE id = OLD.client_id) THEN
            DELETE FROM public.webhook_messages WHERE grant_id = OLD.id;
        END IF;
    ELSE
        INSERT INTO public.webhook_messages (id, endpoint_id, grant_id, account_id, event_type, subject_id, occurred_at)
        SELECT public.webhook_message_id(), e.id, NEW.id, NEW.account_id,
            CASE TG_OP WHEN 'INSERT' THEN 'grant.given' ELSE 'grant.changed' END, NEW.id, NEW.granted_at
        FROM public.webhook_endpoints e
        WHERE e.client_id = NEW.client_id AND e.status <> 'disabled' AND 'grant.*' = ANY (e.events)
        FOR KEY SHARE OF e SKIP LOCKED;
    END IF;
    RETURN NULL;
END
$$;
-- Removes the endpoints of a client without their messages, of which there can be millions.
CREATE FUNCTION remove_webhook_endpoints() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.webhook_secrets s USING public.webhook_endpoints e
    WHERE e.client_id = OLD.id AND s.endpoint_id = e.id;
    UPDATE public.webhook_endpoints
    SET client_id = NULL, status = 'disabled', removed_at = coalesce(removed_at, statement_timestamp())
    WHERE client_id = OLD.id;
    RETURN OLD;
END
$$;
COMMENT ON FUNCTION remove_webhook_endpoints() IS 'Removes the endpoints of a client that is deleted.';
COMMENT ON FUNCTION message_application_steps() IS 'Writes messages about steps of applications.';
COMMENT ON FUNCTION message_issued_certificates() IS 'Writes messages about certificates that were issued.';
COMMENT ON FUNCTION message_ended_certificate() IS 'Writes messages about a certificate that was revoked or superseded.';
COMMENT ON FUNCTION message_identity() IS 'Writes messages about a proof of identity.';
COMMENT ON FUNCTION message_grant() IS 'Writes messages about a grant; deletes those that it allowed with it.';

CREATE TRIGGER application_events_messaged AFTER INSERT ON application_events
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION message_application_steps();
CREATE TRIGGER certificates_issue_messaged AFTER INSERT ON certificates
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION message_issued_certificates();
CREATE TRIGGER certificates_end_messaged AFTER UPDATE OF ended_as ON certificates
    FOR EACH ROW WHEN (NEW.ended_as IS NOT NULL AND NEW.ended_as IS DISTINCT FROM OLD.ended_as)
    EXECUTE FUNCTION message_ended_certificate();
CREATE TRIGGER clients_endpoints_removed BEFORE DELETE ON clients
    FOR EACH ROW EXECUTE FUNCTION remove_webhook_endpoints();
-- Not of the hash itself, which is made anew when the index keys rotate.
CREATE TRIGGER accounts_identity_messaged AFTER UPDATE OF person_index, identity_verified_at ON accounts
    FOR EACH ROW WHEN (NEW.identity_verified_at IS DISTINCT FROM OLD.identity_verified_at)
    EXECUTE FUNCTION message_identity();
CREATE TRIGGER oauth_grants_given_messaged AFTER INSERT OR DELETE ON oauth_grants
    FOR EACH ROW EXECUTE FUNCTION message_grant();
CREATE TRIGGER oauth_grants_changed_messaged AFTER UPDATE OF scopes ON oauth_grants
    FOR EACH ROW WHEN (NEW.scopes IS DISTINCT FROM OLD.scopes) EXECUTE FUNCTION message_grant();

INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261129000330', '20261128000220');
