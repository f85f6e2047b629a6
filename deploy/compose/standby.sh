#!/bin/bash
# A standby: copied from the primary the first time, and from then on its follower.
set -euo pipefail
: "${PGDATA:=/var/lib/postgresql/data}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # For this command alone, which writes it into the settings of the standby (--write-recovery-conf).
    password=$(cat /run/secrets/replication-password)
    PGPASSWORD=$password pg_basebackup --dbname='host=primary user=replicator application_name=standby' --slot=standby \
        --pgdata="$PGDATA" --checkpoint=fast --write-recovery-conf
    chmod 0700 "$PGDATA"
fi
exec postgres -c hot_standby_feedback=off -c log_error_verbosity=terse
