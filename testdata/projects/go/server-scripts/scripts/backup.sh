#!/bin/bash
set -euo pipefail
umask 077

NOW=$(date +%Y%m%d_%H%M%S)
DIR=/backups/lexmill
mkdir -p "$DIR"

# SQLite makes the copy itself.
sqlite3 /opt/lexmill/data/lexmill.db ".backup '$DIR/lexmill_$NOW.db'"
gzip "$DIR/lexmill_$NOW.db"

# The second database is on another machine.
docker exec lexmill-postgres pg_dump -U lexmill lexmill | gzip > "$DIR/archive_$NOW.sql.gz"

tar czf "$DIR/config_$NOW.tar.gz" .env deploy
find "$DIR" -name "lexmill_*.db.gz" -mtime +30 -delete
find "$DIR" \( -name "archive_*" -o -name "config_*" \) -mtime +30 -exec rm {} \;
