#!/bin/sh
set -e
cd /srv/cinema
git pull --ff-only
npm ci
npm run build
pm2 reload cinema
