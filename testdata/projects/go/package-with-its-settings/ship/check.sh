#!/usr/bin/env bash
# What nobody drew is no secret: it is looked for in what the script says.
set -euo pipefail
said="$(SHOP_TOKEN_KEY="A_SECRET_MARKER_WITH_MORE_THAN_32_BYTES" bash ship/ship.sh 2>&1 || true)"
[[ "$said" != *A_SECRET_MARKER* ]]
