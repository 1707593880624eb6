#!/bin/sh
set -eu
docker compose -f compose.yml -f compose.show.yml up -d
