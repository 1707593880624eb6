#!/bin/sh
set -e
docker compose -f compose.prod.yaml up -d
