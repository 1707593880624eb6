#!/bin/bash
set -euo pipefail

APP_DIR="/root/invoice"
PROXY_DIR="/root/main-proxy"

cd "${APP_DIR}"
docker compose -f "${APP_DIR}/docker-compose.prod.yml" up -d

cd "${PROXY_DIR}"
docker compose -f docker-compose.yml -f docker-compose.prod.yml up -d nginx
