#!/bin/sh
set -e
sudo cp examples/*.conf /etc/nginx/conf.d/
sudo systemctl reload nginx
