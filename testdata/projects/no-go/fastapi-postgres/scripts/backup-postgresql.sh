#!/bin/bash
set -e
STAMP=$(date +%Y%m%d-%H%M%S)
docker exec lexmill-postgres pg_dump -U lexmill -Fc lexmill > "/backups/postgresql/backup-$STAMP.dump"
find /backups/postgresql -name "*.dump" -mtime +30 -delete
