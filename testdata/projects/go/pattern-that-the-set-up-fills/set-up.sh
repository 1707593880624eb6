#!/bin/bash
set -euo pipefail
DOMAIN="$1"
SECRET=$(openssl rand -hex 32)
if [ ! -f .env ]; then
    cp .env.production .env
    sed -i "s|__DOMAIN__|${DOMAIN}|g" .env
    sed -i "s|__SECRET__|${SECRET}|g" .env
    echo "Fill in the account of the mail server: .env"
fi
docker compose up -d
