#!/bin/bash
set -euo pipefail
useradd -r -m -d /opt/stock stock
usermod -aG docker stock
install -m 0755 deploy/dump.sh /opt/stock/dump.sh
cp deploy/stock-dump.service /etc/systemd/system/
systemctl daemon-reload
