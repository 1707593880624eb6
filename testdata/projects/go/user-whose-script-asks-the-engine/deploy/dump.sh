#!/bin/bash
set -euo pipefail
cd /opt/stock
docker compose exec -T db pg_dump -U stock -Fc stock > /opt/stock/dumps/stock.dump.new
mv /opt/stock/dumps/stock.dump.new /opt/stock/dumps/stock.dump
