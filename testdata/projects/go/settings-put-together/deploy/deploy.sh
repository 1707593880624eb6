#!/usr/bin/env bash
set -euo pipefail
ssh "${SSH_HOST}" DOMAIN="${DOMAIN}" 'bash -s' <<'REMOTE'
set -euo pipefail
cd /opt/heron/deploy
TMP_ENV="$(mktemp)"
cat .env /etc/heron/secrets.env > "$TMP_ENV"
docker compose -f compose.prod.yml --env-file "$TMP_ENV" up -d
REMOTE
