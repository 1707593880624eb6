#!/bin/bash
set -euo pipefail
docker compose exec -T db pg_dump -U shop shop > "/backups/shop-$(date +%F).sql"
find /backups -name 'shop-*.sql' -mtime +14 -delete
