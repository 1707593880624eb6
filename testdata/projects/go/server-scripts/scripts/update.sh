#!/bin/bash
if docker compose version > /dev/null 2>&1; then
  COMPOSE="docker compose"
else
  COMPOSE="docker-compose"
fi
cd /opt/lexmill || exit 1
git pull
$COMPOSE -p "$(basename "$PWD")" build --pull
$COMPOSE up -d
export PGPASSWORD=$(echo "$DATABASE_URL" | sed -n 's|.*://[^:]*:\([^@]*\)@.*|\1|p')
psql -c 'select 1'
