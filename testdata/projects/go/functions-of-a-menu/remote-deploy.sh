#!/usr/bin/env bash
set -euo pipefail

update() {
  git pull
  docker compose build
  docker compose up -d
}

rebuild() {
  docker compose build --no-cache
}

restart() {
  docker compose restart
}

case "${1:-}" in
  update) update ;;
  rebuild) rebuild ;;
  restart) restart ;;
  *) echo "update, rebuild or restart" >&2; exit 1 ;;
esac
