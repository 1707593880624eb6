#!/bin/sh
set -e
FILE="/backups/quillmatch_$(date +%Y%m%d_%H%M%S).sql"
pg_dump "$DATABASE_URL" > "$FILE"
gzip "$FILE"
find /backups -name '*.sql.gz' -mtime +7 -delete
