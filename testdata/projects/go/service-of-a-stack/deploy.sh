#!/bin/sh
set -eu
docker stack deploy -c shop.stack.yaml shop
