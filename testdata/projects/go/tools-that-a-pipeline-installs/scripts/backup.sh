#!/bin/bash
set -euo pipefail
FILE="/data/backups/desk-$(date +%F).sql.gz"
PGPASSWORD="${DATABASE_PASSWORD}" pg_dump -h localhost -U desk -d desk | gzip > "$FILE"
aws s3 cp "$FILE" "s3://desk-backups/$(basename "$FILE")"
