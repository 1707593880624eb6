#!/bin/sh
set -eu
docker compose -f compose.yaml up -d
