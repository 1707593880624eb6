#!/bin/sh
set -eu
# The first certificate; nginx reads it once.
docker compose run --rm --entrypoint certbot certbot certonly --webroot -w /var/www/certbot \
  -d shop.kleinladen.de --email ops@kleinladen.de --agree-tos --non-interactive
docker compose exec -T nginx nginx -s reload
