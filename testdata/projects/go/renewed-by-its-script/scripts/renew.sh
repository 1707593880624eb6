#!/bin/bash
set -e
cd "$(dirname "$0")/.."
docker compose stop nginx || true
certbot certonly --standalone -d shop.example.com \
  --non-interactive --agree-tos -m admin@example.com --force-renewal
docker compose up -d nginx
docker compose exec -T nginx nginx -s reload || true
