#!/bin/sh
set -e
docker compose up -d mongodb
npm run dev
