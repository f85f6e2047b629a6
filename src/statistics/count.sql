, counted (figure, count) AS (
    SELECT 'accounts_created', count(*) FROM accounts
    WHERE created_at >= (SELECT since FROM input) AND created_at < (SELECT until FROM input)
    UNION ALL
    SELECT 'identities_verified.' || method, count(*) FROM identity_verifications
    WHERE completed_at >= (SELECT since FROM input) AND completed_at < (SELECT until FROM input)
        AND status = 'verified'
    GROUP BY method
    UNION ALL
    SELECT 'applications.' || status, count(*) FROM application_events
    WHERE at >= (SELECT since FROM input) AND at < (SELECT until FROM input)
        AND status IN ('issued', 'referred', 'rejected', 'withdrawn')
    GROUP BY status
    UNION ALL
    SELECT 'certificates_issued', count(*) FROM certificates
    WHERE issued_at >= (SELECT since FROM input) AND issued_at < (SELECT until FROM input)
    UNION ALL
    SELECT 'certificates_issued_to_legal_persons', count(*)
    FROM certificates c JOIN applications a ON a.id = c.application_id
    WHERE issued_at >= (SELECT since FROM input) AND issued_at < (SELECT until FROM input)
        AND a.mandate_id IS NOT NULL
    UNION ALL
    SELECT 'verifications', count(*) FROM certificate_checks
    WHERE at >= (SELECT since FROM input) AND at < (SELECT until FROM input)
)
SELECT figure, count FROM counted
