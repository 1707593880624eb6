#!/bin/sh
set -e
cd /srv/cinema
git pull --ff-only
sudo cp docs/nginx-media.conf /etc/nginx/conf.d/media.conf
sudo systemctl reload nginx
