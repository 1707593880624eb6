#!/bin/sh
set -e
sed -i "s/__DB_HOST__/$DB_HOST/" compose.production.yml
docker compose -f compose.production.yml up -d
