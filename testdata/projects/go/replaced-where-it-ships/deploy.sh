#!/bin/bash
set -e
ENVIRONMENT=${1:-production}
docker compose -f docker-compose.yml -f docker-compose.$ENVIRONMENT.yml up -d --build
