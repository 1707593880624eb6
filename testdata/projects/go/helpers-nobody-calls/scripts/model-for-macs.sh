#!/bin/sh
set -e
docker compose up -d ollama
