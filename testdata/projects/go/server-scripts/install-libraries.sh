#!/bin/sh
set -e
git clone --depth 1 https://example.com/kleinladen/common.git /tmp/build/common
cd /tmp/build/common
python3 setup.py install
