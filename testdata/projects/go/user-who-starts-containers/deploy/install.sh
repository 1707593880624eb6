#!/bin/bash
set -euo pipefail
useradd -r -m -d /opt/stock stock
usermod -aG docker stock
cp deploy/stock.service /etc/systemd/system/
systemctl enable --now stock
