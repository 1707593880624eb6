#!/bin/bash
set -euo pipefail
COLOR=""
choose() { COLOR="$(cat /srv/shop/next-colour)"; }
choose
docker compose -f "docker-compose.${COLOR}.yml" up -d
if command -v nginx > /dev/null; then
  nginx -s reload
elif docker ps --filter "name=edge" --format "{{.Names}}" | grep -q edge; then
  docker exec edge nginx -s reload
fi
