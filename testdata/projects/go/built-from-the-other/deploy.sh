#!/bin/sh
set -eu
docker compose -f docker-compose.production.yml up -d --build
