#!/bin/bash
# The trap: two files of one folder say the same, and this script has one of them there at a time.
set -e
if [ -f nginx/conf.d/api.conf ]; then
    mv nginx/conf.d/api.conf nginx/conf.d/api.conf.ssl
fi
docker compose up -d nginx
certbot certonly --webroot -w /var/www/certbot -d api.shop.de --deploy-hook "docker compose exec nginx nginx -s reload"
mv nginx/conf.d/api-http.conf nginx/conf.d/api-http.conf.bak
mv nginx/conf.d/api.conf.ssl nginx/conf.d/api.conf
docker compose restart nginx
