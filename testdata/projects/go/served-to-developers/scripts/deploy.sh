#!/bin/sh
set -eu
docker compose -f docker-compose.prod.yml up -d
docker compose -f docker-compose.prod.yml run --rm migrate || true
docker compose -f docker-compose.prod.yml ps
