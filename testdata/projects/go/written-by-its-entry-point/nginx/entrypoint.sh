#!/bin/sh
set -eu
real_ip_conf=/etc/nginx/conf.d/real_ip.conf
{
  for ip in $PROXIES; do
    printf 'set_real_ip_from %s;\n' "$ip"
  done
  printf 'real_ip_header X-Forwarded-For;\n'
} > "$real_ip_conf"
app_host_conf=/etc/nginx/conf.d/app-host.conf
printf 'map $host $is_app_host {\n    default 0;\n    "%s" 1;\n}\n' "$APP_HOST" > "$app_host_conf"
exec "$@"
