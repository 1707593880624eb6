#!/bin/sh
set -e
COMPOSE_FILE=${COMPOSE_FILE:-docker-compose.production.yml}
docker compose -f "$COMPOSE_FILE" up -d --build
