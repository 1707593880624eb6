#!/bin/bash
set -e
docker build -t crm .
docker rm -f crm || true
docker run -d --name crm --restart unless-stopped -p 3000:3000 crm
