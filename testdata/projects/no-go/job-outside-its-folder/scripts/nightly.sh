#!/bin/bash
set -euo pipefail
mkdir -p /var/backups/shop
docker compose exec -T db pg_dump -U shop shop > "/var/backups/shop/$(date +%F).sql"
find /var/backups/shop -name '*.sql' -mtime +14 -delete
