#!/usr/bin/env bash
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export ENVIRONMENT="${ENVIRONMENT:-production}"
export LOGIN_KEY="$(cat /etc/desk/login-key)"

port_of() {
  case "$1" in
    blue) echo 18001 ;;
    *) echo 18002 ;;
  esac
}

compose_for() {
  local port
  port="$(port_of "$1")"
  DESK_PORT="127.0.0.1:${port}:8000" docker compose -p "desk-$1" -f "$root/docker-compose.yml" "${@:2}"
}

compose_for "$1" up -d --remove-orphans
