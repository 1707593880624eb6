#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"
ENV_FILE="${SHOP_ENV_FILE:-.env}"

take_release() {
  export SHOP_IMAGE="registry.example.com/shop:$1"
}

compose() {
  docker compose --env-file "$ENV_FILE" -f docker-compose.yml "$@"
}

take_release "$1"
compose up -d
