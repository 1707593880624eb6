#!/bin/bash
set -euo pipefail
# Runs on the small computer beside the camera, which has this folder at /home/pi/hofkamera.
source /home/pi/hofkamera/.env
nmcli device wifi connect "$WIFI_NAME" password "$WIFI_PASSWORD"
