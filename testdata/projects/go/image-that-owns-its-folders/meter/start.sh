#!/bin/sh
set -e
sed "s|NODE|${NODE:-node}|" /etc/prometheus/pattern.yml > /tmp/prometheus.yml
exec /bin/prometheus "$@"
