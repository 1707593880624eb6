#!/bin/sh
set -e
export ENVIRONMENT=production
export LOGIN_KEY="$(cat /etc/desk/login-key)"
DESK_PORT=127.0.0.1:18001:8000 docker compose up -d
