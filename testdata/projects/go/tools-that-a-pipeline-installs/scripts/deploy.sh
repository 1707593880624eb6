#!/bin/bash
set -e
cd /opt/desk
docker compose -f docker-compose.production.yml up -d
