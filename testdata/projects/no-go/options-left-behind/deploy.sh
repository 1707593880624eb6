#!/bin/sh
set -eu
docker pull registry.shop.de/shop:1.4
docker run -d --name shop --restart always \
  # only for the proxy
  -p 127.0.0.1:8000:8000 \
  registry.shop.de/shop:1.4
