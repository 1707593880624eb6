#!/usr/bin/env bash
# Migrates the database with the new image, then changes over.
set -euo pipefail

docker compose pull web
docker run --rm \
  --network ferryboat_default \
  --env-file .env.prod \
  registry.quayside.example-registry.de/ferryboat:2.3.1 flask db upgrade
docker compose up -d web
