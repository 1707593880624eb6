#!/bin/sh
set -e
mkdir -p /var/log/gunicorn /run/gunicorn
chown www-data /var/log/gunicorn /run/gunicorn
cp deploy/shop.service /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now shop
