#!/bin/sh
set -eu
git pull --ff-only
docker compose -f compose.yaml pull
docker compose -f compose.yaml up -d
