#!/bin/bash
set -euo pipefail
KEY="$HOME/.ssh/heron"
HOST="heron@heron-shop.dev"
DIR="$(cd "$(dirname "$0")" && pwd)"
scp -i "$KEY" "$DIR/compose.prod.yml" "$HOST:/opt/heron/compose.yml"
ssh -i "$KEY" "$HOST" 'cd /opt/heron && docker compose pull && docker compose up -d'
