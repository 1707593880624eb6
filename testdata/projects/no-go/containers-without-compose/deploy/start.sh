#!/bin/sh
set -eu
docker rm -f db cache queue shop 2>/dev/null || true
docker network create shop 2>/dev/null || true
docker run -d --name db --network shop -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres:12
docker run -d --restart always --name cache --network shop bitnami/redis:7.2
docker run -d --name queue --network shop -p 15672:15672 rabbitmq:4.1-management
docker run -d --name shop --network shop -v /:/host --env-file /etc/shop/shop.env registry.example.org/shop:1.4
