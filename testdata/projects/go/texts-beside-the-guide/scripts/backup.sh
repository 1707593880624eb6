#!/usr/bin/env bash
set -euo pipefail
restic backup /srv/shop/uploads
restic forget --keep-daily 7 --prune
