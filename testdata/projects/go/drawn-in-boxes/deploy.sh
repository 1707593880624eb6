#!/bin/bash
set -e
cd /opt/ledger
git pull --ff-only
venv/bin/pip install -r backend/requirements.txt
systemctl restart ledger
