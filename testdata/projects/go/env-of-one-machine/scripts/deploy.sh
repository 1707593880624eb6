#!/bin/bash
set -euo pipefail
cd "$(dirname "$0")/../docker"
docker compose -f docker-compose.prod.yml pull
docker compose -f docker-compose.prod.yml up -d
