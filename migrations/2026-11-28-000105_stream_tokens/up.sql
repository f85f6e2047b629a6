-- One-time tokens by which a browser's `EventSource`, which sends no header of ours, follows an application.

CREATE TABLE stream_tokens (
    token_digest bytea CONSTRAINT stream_tokens_pkey PRIMARY KEY,
    session_id uuid NOT NULL CONSTRAINT stream_tokens_session_id_fkey REFERENCES sessions (id) ON DELETE CASCADE,
    application_id uuid NOT NULL,
    resume_digest bytea,
    expires_at timestamptz NOT NULL
);
CREATE INDEX stream_tokens_session_id_idx ON stream_tokens (session_id);
CREATE INDEX stream_tokens_expires_at_idx ON stream_tokens (expires_at);
COMMENT ON TABLE stream_tokens IS 'One-time tokens that open the event stream of one application in one session; they end with the session.';
COMMENT ON COLUMN stream_tokens.token_digest IS 'SHA-256 of the token in the address of the stream.';
COMMENT ON COLUMN stream_tokens.session_id IS 'The session that asked for it.';
COMMENT ON COLUMN stream_tokens.application_id IS 'The application whose stream it opens.';
COMMENT ON COLUMN stream_tokens.resume_digest IS 'SHA-256 of what the stream tells its client in the ids of its events, and the client shows to resume; null before the first use.';
COMMENT ON COLUMN stream_tokens.expires_at IS 'When it ends: the first use, or, after that, resuming.';
INSERT INTO schema_compatibility (version, serves_from) VALUES ('20261128000105', '20261127000001');
