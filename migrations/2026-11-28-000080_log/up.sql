-- The tamper-evident log: a Merkle tree over every audit event and every issue and end of a certificate. Triggers queue what
-- is to be logged, in its own transaction and without a lock; the worker takes it from there when it is committed, in
-- whatever order that happens. Locks of this migration are short: the next one queues what was there before.

CREATE TABLE log_queue (
    id             bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT log_queue_pkey PRIMARY KEY,
    kind           text        NOT NULL CONSTRAINT log_queue_kind_check CHECK (kind IN ('audit_event', 'certificate_issued', 'certificate_revoked', 'certificate_superseded')),
    audit_event_id bigint,
    certificate_id uuid,
    queued_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT log_queue_subject_check CHECK (CASE WHEN kind = 'audit_event' THEN audit_event_id IS NOT NULL AND certificate_id IS NULL ELSE audit_event_id IS NULL AND certificate_id IS NOT NULL END)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
COMMENT ON TABLE log_queue IS 'What is to be logged. Written by triggers, emptied by the worker.';
COMMENT ON COLUMN log_queue.id IS 'Order of writing; gaps are possible, and a lower number may become visible later.';
COMMENT ON COLUMN log_queue.kind IS 'What happened.';
COMMENT ON COLUMN log_queue.audit_event_id IS 'The audit event, if it is one.';
COMMENT ON COLUMN log_queue.certificate_id IS 'The certificate, if it is about one.';
COMMENT ON COLUMN log_queue.queued_at IS 'When its transaction began.';

CREATE TABLE log_leaves (
    leaf_index     bigint      CONSTRAINT log_leaves_pkey PRIMARY KEY CONSTRAINT log_leaves_leaf_index_check CHECK (leaf_index >= 0),
    kind           text        NOT NULL CONSTRAINT log_leaves_kind_check CHECK (kind IN ('audit_event', 'certificate_issued', 'certificate_revoked', 'certificate_superseded')),
    audit_event_id bigint,
    certificate_id uuid,
    commitment     bytea       NOT NULL CONSTRAINT log_leaves_commitment_check CHECK (octet_length(commitment) = 32),
    salt           bytea       CONSTRAINT log_leaves_salt_check CHECK (octet_length(salt) = 32),
    rest           bytea       CONSTRAINT log_leaves_rest_check CHECK (octet_length(rest) = 32),
    logged_at      timestamptz NOT NULL,
    erased_at      timestamptz,
    CONSTRAINT log_leaves_subject_check CHECK (CASE WHEN kind = 'audit_event' THEN audit_event_id IS NOT NULL AND certificate_id IS NULL ELSE audit_event_id IS NULL AND certificate_id IS NOT NULL END),
    CONSTRAINT log_leaves_erased_check CHECK ((salt IS NULL) = (erased_at IS NOT NULL)),
    CONSTRAINT log_leaves_issued_check CHECK ((rest IS NOT NULL) = (kind = 'certificate_issued'))
);
CREATE UNIQUE INDEX log_leaves_audit_event_idx ON log_leaves (audit_event_id) WHERE audit_event_id IS NOT NULL;
CREATE UNIQUE INDEX log_leaves_certificate_idx ON log_leaves (certificate_id, kind) WHERE certificate_id IS NOT NULL;
COMMENT ON TABLE log_leaves IS 'The leaves of the log: a commitment to a row each. Append-only, but for the salt.';
COMMENT ON COLUMN log_leaves.leaf_index IS 'Its place in the tree, from 0, without gaps.';
COMMENT ON COLUMN log_leaves.kind IS 'What happened.';
COMMENT ON COLUMN log_leaves.audit_event_id IS 'The audit event, if it is one. No foreign key: a row that is gone must be noticed, not prevented.';
COMMENT ON COLUMN log_leaves.certificate_id IS 'The certificate, if it is about one.';
COMMENT ON COLUMN log_leaves.commitment IS 'HMAC-SHA-256 of the row under the salt: what is published.';
COMMENT ON COLUMN log_leaves.salt IS 'Random key of the commitment. Without it nobody can tell what was logged.';
COMMENT ON COLUMN log_leaves.rest IS 'SHA-256 over the application and the signatures of an issued certificate, which the commitment covers: so that verification need not read them.';
COMMENT ON COLUMN log_leaves.logged_at IS 'When the leaf was appended.';
COMMENT ON COLUMN log_leaves.erased_at IS 'When the salt was erased, because the row was: the erasure note.';
COMMENT ON INDEX log_leaves_certificate_idx IS 'Verification: whether a certificate is logged, and whether its end is.';

CREATE TABLE log_nodes (
    position bigint CONSTRAINT log_nodes_pkey PRIMARY KEY CONSTRAINT log_nodes_position_check CHECK (position >= 0),
    hash     bytea  NOT NULL CONSTRAINT log_nodes_hash_check CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE log_nodes IS 'The Merkle tree: the hashes of its leaves and of every complete subtree (RFC 9162). Append-only.';
COMMENT ON COLUMN log_nodes.position IS 'In order: (2 * index + 1) * 2^level - 1, so that a leaf and what is just above it are on one page.';
COMMENT ON COLUMN log_nodes.hash IS 'SHA-256.';

CREATE TABLE log_checkpoints (
    size     bigint      CONSTRAINT log_checkpoints_pkey PRIMARY KEY CONSTRAINT log_checkpoints_size_check CHECK (size >= 0),
    note     text        NOT NULL,
    subtrees bytea       NOT NULL CONSTRAINT log_checkpoints_subtrees_check CHECK (octet_length(subtrees) % 32 = 0),
    made_at  timestamptz NOT NULL
);
COMMENT ON TABLE log_checkpoints IS 'Every checkpoint: the tree at a size, signed. Append-only; the largest is published.';
COMMENT ON COLUMN log_checkpoints.size IS 'Leaves in the tree.';
COMMENT ON COLUMN log_checkpoints.note IS 'The signed note (C2SP tlog-checkpoint).';
COMMENT ON COLUMN log_checkpoints.subtrees IS 'Hashes of the complete subtrees side by side, the largest first: what the next leaf is appended to.';
COMMENT ON COLUMN log_checkpoints.made_at IS 'When it was signed.';

CREATE TABLE log_beginning (
    began_at timestamptz CONSTRAINT log_beginning_pkey PRIMARY KEY
);
INSERT INTO log_beginning VALUES (now());
COMMENT ON TABLE log_beginning IS 'One row: since when everything is logged. Append-only.';
COMMENT ON COLUMN log_beginning.began_at IS 'Of this migration. Certificates that were issued earlier have an hour from then on to be logged, later ones from their issue.';

CREATE TRIGGER log_leaves_append_only BEFORE DELETE OR TRUNCATE OR UPDATE OF leaf_index, kind, audit_event_id, certificate_id, commitment, rest, logged_at ON log_leaves
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_nodes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_beginning_append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON log_beginning
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- As the owner: the roles of the nodes need no right to the queue. The table is named with its schema, so that a temporary
-- one of that name takes nothing.
CREATE FUNCTION queue_audit_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.log_queue (kind, audit_event_id) VALUES ('audit_event', NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION queue_certificate() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.log_queue (kind, certificate_id)
    VALUES (CASE WHEN TG_OP = 'INSERT' THEN 'certificate_issued' ELSE 'certificate_' || NEW.ended_as END, NEW.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION queue_audit_event() IS 'Queues an audit event for the log.';
COMMENT ON FUNCTION queue_certificate() IS 'Queues the issue or the end of a certificate for the log.';
CREATE TRIGGER audit_events_logged AFTER INSERT ON audit_events
    FOR EACH ROW EXECUTE FUNCTION queue_audit_event();
CREATE TRIGGER certificates_issue_logged AFTER INSERT ON certificates
    FOR EACH ROW EXECUTE FUNCTION queue_certificate();
CREATE TRIGGER certificates_end_logged AFTER UPDATE OF ended_as ON certificates
    FOR EACH ROW WHEN (NEW.ended_as IS NOT NULL AND NEW.ended_as IS DISTINCT FROM OLD.ended_as) EXECUTE FUNCTION queue_certificate();
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000080', '20261127000001');
