#!/bin/bash
set -euo pipefail
docker compose --profile prod stop
docker compose --profile staging up -d
docker compose --profile staging down
docker compose --profile prod up -d
