#!/bin/bash
NOW=$(date +%Y%m%d_%H%M%S)
DIR=/backups/lexmill

cp /opt/lexmill/data/lexmill.db "$DIR/lexmill_$NOW.db"
if docker exec -it lexmill-postgres pg_dump -U lexmill lexmill | gzip > "$DIR/archive_$NOW.sql.gz"; then
  echo "Backup done"
fi
cp .env.prod "$DIR/env_$NOW"
find "$DIR" -name "*.gz" -mtime +30 -delete
find "$DIR" -name "lexmill_*" -mtime +30 -delete
