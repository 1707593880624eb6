#!/bin/sh
set -eu
tar -czf "/var/backups/kiosk-$(date +%F).tar.gz" /home/kiosk/app/static
