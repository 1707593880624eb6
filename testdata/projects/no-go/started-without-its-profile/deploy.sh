#!/bin/bash
set -euo pipefail
docker compose --profile init up migrate
docker compose up -d
