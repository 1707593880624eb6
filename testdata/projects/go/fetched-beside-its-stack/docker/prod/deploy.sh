#!/bin/bash
set -e
cd /var/www/shop/app
git reset --hard
git pull
cd /var/www/shop
docker compose build
docker compose up -d
