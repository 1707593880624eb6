#!/bin/sh
set -eu
envsubst '$PORT $BODY_LIMIT $APP_HOST' < /srv/nginx.conf > /etc/nginx/nginx.conf
exec nginx -g 'daemon off;'
