#!/bin/bash
set -eu

for name in ${DATABASES//,/ }; do
  psql --username "$POSTGRES_USER" <<-EOSQL
    CREATE USER $name;
    CREATE DATABASE $name;
    GRANT ALL PRIVILEGES ON DATABASE $name TO $name;
EOSQL
done
