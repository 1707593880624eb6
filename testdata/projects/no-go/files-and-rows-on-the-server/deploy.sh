#!/bin/bash
set -e
git pull
npm install
docker compose up -d
sudo systemctl restart heronwatch
