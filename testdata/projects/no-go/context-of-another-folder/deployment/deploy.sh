#!/bin/bash
set -euo pipefail
docker-compose -f deployment/docker-compose.yml up -d --build
