#!/bin/sh
set -eu
out=/backups/hollin-$(date +%F).dump
pg_dump --format=custom --file="$out.part" "$DATABASE_URL"
mv "$out.part" "$out"
find /backups -name "hollin-*.dump" -mtime +14 -delete
