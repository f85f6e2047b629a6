-- Signatures raised to higher levels (time-stamp, revocation data), beside those that were issued.

ALTER TABLE certificates ADD COLUMN raise_at timestamptz DEFAULT now();
CREATE INDEX certificates_raise_at_idx ON certificates (raise_at) WHERE raise_at IS NOT NULL;
COMMENT ON COLUMN certificates.raise_at IS 'When to try to raise its signatures to a higher level; null when they are as high as they get. Set by the database, so that an issue does nothing for it.';

CREATE TABLE raised_signatures (
    certificate_id uuid        CONSTRAINT raised_signatures_pkey PRIMARY KEY CONSTRAINT raised_signatures_certificate_fkey REFERENCES certificates,
    level          text        NOT NULL CONSTRAINT raised_signatures_level_check CHECK (level IN ('b-t', 'b-lt')),
    cades          bytea       NOT NULL,
    jades          text        NOT NULL,
    timestamped_at timestamptz NOT NULL,
    raised_at      timestamptz NOT NULL
);
COMMENT ON TABLE raised_signatures IS 'The signatures of a certificate with what proves them later. The signed bytes are those of certificates.cades and jades, which stay as issued.';
COMMENT ON COLUMN raised_signatures.certificate_id IS 'The certificate.';
COMMENT ON COLUMN raised_signatures.level IS 'Level of the CAdES signature: b-t (time-stamp) or b-lt (and revocation data). The JAdES signature is b-t.';
COMMENT ON COLUMN raised_signatures.cades IS 'Detached CAdES signature (CMS, DER). Holds no personal data.';
COMMENT ON COLUMN raised_signatures.jades IS 'Detached JAdES-B-T signature (JWS, flattened JSON). Holds no personal data.';
COMMENT ON COLUMN raised_signatures.timestamped_at IS 'The time that the time-stamp over the CAdES signature proves.';
COMMENT ON COLUMN raised_signatures.raised_at IS 'When the level was reached.';

ALTER TABLE certificate_checks DROP CONSTRAINT certificate_checks_method_check;
ALTER TABLE certificate_checks ADD CONSTRAINT certificate_checks_method_check CHECK (method IN ('cnp', 'control_code', 'signature'));
COMMENT ON COLUMN certificate_checks.method IS 'What was given beside the number: cnp or control_code; or signature, for the signed files themselves.';
