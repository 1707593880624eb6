#!/bin/sh
set -eu
git pull --ff-only
docker compose -f docker-compose.yml -f docker-compose.prod.yml up -d --wait
