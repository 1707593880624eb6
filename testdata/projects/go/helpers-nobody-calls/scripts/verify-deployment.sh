#!/bin/sh
set -e
docker compose -f compose.watchtower.yaml ps
