#!/bin/bash
set -e
npm install
docker compose up -d postgres files
