#!/bin/sh
set -eu
docker rm -f db shop 2>/dev/null || true
docker run -d --restart always --name db --network shop \
  -v shop-data:/var/lib/postgresql/data --env-file /etc/shop/db.env postgres:17
docker run -d --restart always --name shop --network shop -p 127.0.0.1:8000:8000 \
  --env-file /etc/shop/shop.env registry.example.org/shop:1.4
