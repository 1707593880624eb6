#!/bin/bash
set -euo pipefail
docker compose restart dashboard
