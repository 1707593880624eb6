#!/bin/bash
set -euo pipefail
aws s3 cp dist s3://shop-releases/ --recursive
