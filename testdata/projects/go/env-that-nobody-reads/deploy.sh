#!/bin/bash
set -e
cd docker
[ -f .env ] || cp envs/.env.example .env
docker compose up -d --build
