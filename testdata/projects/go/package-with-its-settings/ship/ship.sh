#!/usr/bin/env bash
# A group of commands writes the settings of the package: `{ ...; } > file` is no command of its own.
set -euo pipefail

package="$(mktemp -d)"
cp ship/compose.yaml "$package/compose.yaml"
{
  printf 'DB_URL=%s\n' "$SHOP_DB_URL"
  printf 'TOKEN_KEY=%s\n' "$SHOP_TOKEN_KEY"
} > "$package/api.settings"
chmod 600 "$package/api.settings"
tar -C "$package" -czf package.tar.gz .
scp package.tar.gz deploy@shop.acme.de:/srv/shop/
ssh deploy@shop.acme.de "cd /srv/shop && tar xzf package.tar.gz && COMMIT=$(git rev-parse HEAD) docker compose up -d"
