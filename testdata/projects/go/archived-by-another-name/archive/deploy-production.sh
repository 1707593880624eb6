#!/bin/bash
set -e
sudo -u postgres psql -c "CREATE USER shop WITH PASSWORD 'shop_password';"
sudo -u postgres psql -c "GRANT ALL PRIVILEGES ON DATABASE shop TO shop;"
echo "0 3 * * * /srv/shop/backup.sh" | crontab -
