#!/bin/sh
set -e
pg_dump "$DATABASE_URL" | gzip > "/backups/quillmatch_$(date +%Y%m%d_%H%M%S).sql.gz"
find /backups -name '*.sql.gz' -mtime +7 -delete
