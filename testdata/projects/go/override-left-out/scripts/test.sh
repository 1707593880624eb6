#!/bin/sh
set -e
docker compose build
docker compose up -d
docker compose exec -T web python -m pytest
docker compose down -v
