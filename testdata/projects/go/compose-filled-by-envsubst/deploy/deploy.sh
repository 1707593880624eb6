#!/bin/bash
set -euo pipefail
REPO_DIR="$(cd "$(dirname "$0")/.." && pwd)"
export COURSE="${1:?}"
mkdir -p /srv/grader
cd /srv/grader
envsubst < "$REPO_DIR/deploy/docker-compose.yaml" > docker-compose.yaml
docker compose up -d
