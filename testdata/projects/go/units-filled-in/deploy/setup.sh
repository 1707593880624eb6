#!/bin/bash
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
sed -e "s#__USER__#shop#" -e "s#__PROJECT_DIR__#$here#" -e "s#__VENV__#$here/venv#" "$here/deploy/shop.service" > /etc/systemd/system/shop.service
sed "s#INSTALL_DIR#$here#" "$here/deploy/jobs.service" > /etc/systemd/system/jobs.service
systemctl daemon-reload
systemctl enable --now shop jobs
