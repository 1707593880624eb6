#!/bin/bash
set -euo pipefail
mkdir -p /var/backups/crawler
sqlite3 /home/crawler/app/crawler.db ".backup '/var/backups/crawler/today.db'"
# Brought back by: systemctl --user stop crawler; cp /var/backups/crawler/today.db /home/crawler/app/crawler.db
