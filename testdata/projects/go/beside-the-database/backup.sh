#!/bin/sh
set -eu
while true; do
    mongodump --host store --gzip --archive="/backups/$(date +%a).gz"
    sleep 86400
done
