#!/bin/sh
docker compose -f compose.deploy.yaml up -d
