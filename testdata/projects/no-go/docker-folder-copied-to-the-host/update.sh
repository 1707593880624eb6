#!/bin/sh
set -e
cd /srv/kiosk
git pull --ff-only
docker compose -f docker/compose.yaml up -d
sudo cp /srv/kiosk/docker/site.conf /etc/nginx/sites-available/kiosk.conf
sudo nginx -t
sudo systemctl reload nginx
