#!/bin/bash
# Sets the server of Kleinladen up from here.
set -euo pipefail
read -rsp "Password of the database: " DB_PASS
ssh root@"$SERVER" << EOF
cd /opt/shop
cat > /opt/shop/.env << 'ENVFILE'
DB_PASSWORD=$DB_PASS
JWT_SECRET=$(openssl rand -hex 32)
ENVFILE
docker compose exec -T db mariadb-dump \\
  -u root \\
  -p\$(cat /run/root-password) \\
  shop > /var/backups/shop.sql
EOF
