#!/bin/bash
set -e
COMPOSE_FILE="stack/compose.dev.yaml"
docker compose -f "$COMPOSE_FILE" down --volumes
docker compose -f "$COMPOSE_FILE" up -d --wait
curl -fsS http://127.0.0.1:8000/health
