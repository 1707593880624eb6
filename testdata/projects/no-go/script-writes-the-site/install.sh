#!/bin/bash
set -e
DOMAIN=$1
if [ -d /etc/nginx/applications ]; then
    SITE=/etc/nginx/applications/otter.conf
else
    SITE=/etc/nginx/sites-available/otter
fi
docker compose up -d
sudo tee $SITE > /dev/null <<EOF
server {
    listen 80;
    server_name $DOMAIN;
EOF
sudo tee -a $SITE > /dev/null <<EOF
    location / {
        proxy_pass http://127.0.0.1:8000;
        proxy_set_header Host \$host;
    }
}
EOF
sudo nginx -t
sudo systemctl reload nginx
sudo certbot --nginx -d $DOMAIN --non-interactive --agree-tos --register-unsafely-without-email --redirect
