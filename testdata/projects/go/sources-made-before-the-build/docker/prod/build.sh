#!/bin/sh
set -eu
cd "$(dirname "$0")/../.."
mkdir -p docker/src
git archive "${1:-main}" | tar -x -C docker/src
docker build -f docker/prod/Dockerfile -t ferry:latest .
