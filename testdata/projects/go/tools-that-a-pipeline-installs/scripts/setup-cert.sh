#!/bin/bash
set -e
sudo apt-get update
sudo apt-get install -y certbot python3-certbot-nginx
