#!/bin/sh
# Sets a laptop up.
set -e
cp .env.example .env.development
./manage.py migrate
