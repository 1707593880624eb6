#!/bin/bash
set -e
apt-get update
apt-get install -y ufw nginx
ufw enable
ufw allow OpenSSH
ufw allow 'Nginx Full'
