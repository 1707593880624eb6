#!/usr/bin/env bash
set -Eeuo pipefail
cd /var/www/shop
git pull --ff-only
composer install --no-dev --optimize-autoloader
sudo systemctl reload php8.4-fpm
