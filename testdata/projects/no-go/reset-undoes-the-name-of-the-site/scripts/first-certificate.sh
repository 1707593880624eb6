#!/bin/bash
set -eu
sed -i "s/SITE_NAME_HERE/${DOMAIN:?}/g" ./nginx/nginx.conf
docker compose up -d
