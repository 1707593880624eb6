#!/bin/bash
set -eu
# only for the proxy
docker run -d --name shop --restart always \
  -p 127.0.0.1:8000:8000 \
  registry.shop.de/shop:1.4
flags=(
  --quiet
  -v
)
case "${1:-}" in
  -h | --help) echo "deploys the shop" ;;
  --status)
    docker compose ps "${flags[@]}"
    ;;
esac
cat <<TEXT
Options:
  --status   what runs
TEXT
