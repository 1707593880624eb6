#!/bin/sh
echo "Starting shop"
exec node server.js
