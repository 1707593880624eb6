#!/bin/sh
# Reads the last dump into a database that is thrown away.
set -eu
clean_up() { docker rm -f drill >/dev/null; }
trap clean_up EXIT
docker run -d --name drill -e POSTGRES_PASSWORD=postgres postgres:17
docker exec -i drill pg_restore -U postgres -d postgres < "$1"
