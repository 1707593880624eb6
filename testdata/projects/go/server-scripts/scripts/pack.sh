#!/bin/bash
set -euo pipefail
TMP="$(mktemp -d)"
trap 'rm -rf "$TMP"' EXIT
python3 -c "import sqlite3, sys
a = sqlite3.connect(sys.argv[1]); b = sqlite3.connect(sys.argv[2])
a.backup(b)" /opt/lexmill/data/lexmill.db "$TMP/lexmill.db"
tar czf "/backups/lexmill-$(date +%F).tar.gz" -C "$TMP" lexmill.db -C /opt/lexmill media
