#!/bin/bash
cp app.log "old/app_$(date +%F).log"
: > app.log
find old -name "app_*.log" -mtime +30 -delete
