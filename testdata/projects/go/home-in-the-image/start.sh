#!/bin/sh
set -e
gunicorn --bind unix:/home/app/gate.sock gate:app --daemon
exec nginx -g 'daemon off;'
