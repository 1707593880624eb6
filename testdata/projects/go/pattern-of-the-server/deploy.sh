#!/bin/sh
set -e
docker compose --env-file .env.server up -d
