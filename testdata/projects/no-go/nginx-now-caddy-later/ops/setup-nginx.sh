#!/bin/bash
set -e
SCRIPT_DIR="$(cd "$(dirname "$0")" && pwd)"
SITE="/etc/nginx/sites-available/linnet.conf"
apt-get install -y nginx certbot python3-certbot-nginx
cp "${SCRIPT_DIR}/linnet.conf" "$SITE"
ln -sf "$SITE" /etc/nginx/sites-enabled/
nginx -t
systemctl reload nginx
certbot --nginx -d api.linnet.dev --non-interactive --agree-tos -m ops@linnet.dev --redirect
