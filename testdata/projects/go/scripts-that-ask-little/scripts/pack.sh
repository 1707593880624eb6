#!/bin/bash
set -e
# Not every release has notes.
cp CHANGES.md out/ 2>/dev/null || true
cp NOTES.md out/ 2>/dev/null || echo "no notes"
docker compose -f compose.blue.yaml down 2>/dev/null || echo "blue was not running"
tar czf out.tgz out
