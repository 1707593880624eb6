#!/bin/sh
set -eu
HOST_PORT=3070
docker build --tag shop server
docker run --detach --name shop --restart unless-stopped --publish "${HOST_PORT}:3070" shop
echo "open http://$(hostname -I | cut -d' ' -f1):${HOST_PORT}"
