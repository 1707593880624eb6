#!/bin/bash
cd /opt/lexmill
git clean -fdx
git pull
docker compose down -v
docker compose up -d
