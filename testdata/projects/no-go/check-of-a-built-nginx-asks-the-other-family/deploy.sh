#!/bin/sh
set -e
cd /srv/pages
git pull
docker compose up -d --build --wait
