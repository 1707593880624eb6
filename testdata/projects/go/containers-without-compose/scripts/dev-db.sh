#!/bin/sh
docker run -d --name dev-db -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres:17
