#!/bin/sh
set -e
kubectl apply -f cluster/
