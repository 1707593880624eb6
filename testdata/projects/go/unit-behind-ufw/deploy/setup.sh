#!/bin/bash
set -euo pipefail
apt-get update
apt-get install -y nginx python3-venv ufw
ufw default deny incoming
ufw allow OpenSSH
ufw allow 'Nginx Full'
ufw --force enable
mkdir -p /opt/shop
cp .env.example /opt/shop/.env
