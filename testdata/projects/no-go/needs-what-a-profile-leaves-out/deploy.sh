#!/bin/bash
set -euo pipefail
FILES="-f docker-compose.yml"
PROFILES=""
case "${1:-prod}" in
  dev)
    PROFILES="--profile dev-only"
    ;;
  prod)
    FILES="-f docker-compose.yml -f docker-compose.prod.yml"
    ;;
esac
docker compose $FILES $PROFILES up -d
