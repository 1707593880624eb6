#!/bin/bash
set -e
systemctl stop lexmill
cp "/backups/lexmill/lexmill_$1.db" /opt/lexmill/data/lexmill.db
systemctl start lexmill
