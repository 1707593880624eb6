#!/bin/bash
set -euo pipefail
export COMPOSE_PROFILES=init
docker compose up -d
