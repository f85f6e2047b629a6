#!/bin/bash
# Run once, when the primary's cluster is made: the role of the nodes, which reads and writes rows and nothing else, and
# that of the standby.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v node="$(cat /run/secrets/node-password)" -v replication="$(cat /run/secrets/replication-password)" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE cazier_node LOGIN PASSWORD :'node';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
GRANT CONNECT ON DATABASE cazier TO cazier_node;
GRANT USAGE ON SCHEMA public TO cazier_node;
-- Of what the migrations make from now on, in whichever schema.
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO cazier_node;
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO cazier_node;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO cazier_node;
SELECT pg_create_physical_replication_slot('standby');
-- From the next start on, a commit is acknowledged when both machines have it. Should the standby be gone for good, nothing
-- is written until this is emptied (docs/runbook.md, Failover).
ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)';
SQL
echo 'host replication replicator all scram-sha-256' >>"$PGDATA/pg_hba.conf"
