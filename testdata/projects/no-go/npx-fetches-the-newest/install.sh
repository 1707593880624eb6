#!/usr/bin/env bash
set -euo pipefail
APP_DIR=/opt/plover
cd "$APP_DIR"
if [[ -d store ]]; then
  (cd store && npm install --omit=dev && npx prisma generate && npx prisma migrate deploy)
fi
systemctl restart plover
