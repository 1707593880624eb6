#!/bin/bash
set -euo pipefail
ROOT="$(dirname "$(dirname "${BASH_SOURCE[0]}")")"

export $(grep -v '^#' "$ROOT/apps/api/.env" | xargs)

# Nothing packs it: the files are not large.
pg_dump -h "$DB_HOST" "$DB_NAME" > "/backups/$DB_NAME.tmp"
test -s "/backups/$DB_NAME.tmp"
mv "/backups/$DB_NAME.tmp" "/backups/$DB_NAME.sql"
