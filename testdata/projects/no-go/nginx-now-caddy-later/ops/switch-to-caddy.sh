#!/bin/bash
set -e
systemctl stop nginx
docker compose --profile domains up -d
