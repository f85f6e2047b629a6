#!/bin/bash
# Run once, when the primary's cluster is made: the roles of the program's parts, with their passwords, and that of the
# standby. What they may do, `cazier migrate` grants them each time that it runs (`cazier roles` prints it).
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v serve="$(cat /run/secrets/serve-password)" -v worker="$(cat /run/secrets/worker-password)" \
    -v verify="$(cat /run/secrets/verify-password)" \
    -v operator="$(cat /run/secrets/operator-password)" -v replication="$(cat /run/secrets/replication-password)" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE cazier_serve LOGIN PASSWORD :'serve';
CREATE ROLE cazier_worker LOGIN PASSWORD :'worker';
CREATE ROLE cazier_verify LOGIN PASSWORD :'verify';
CREATE ROLE cazier_operator LOGIN PASSWORD :'operator';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
SELECT pg_create_physical_replication_slot('standby');
-- From the next start on, a commit is acknowledged when both machines have it. Should the standby be gone for good, nothing
-- is written until this is emptied (docs/runbook.md, Failover).
ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)';
SQL
echo 'host replication replicator all scram-sha-256' >>"$PGDATA/pg_hba.conf"
