#!/bin/sh
set -eu
set -a
. ./base.env
set +a
exec python3 tools/index.py
