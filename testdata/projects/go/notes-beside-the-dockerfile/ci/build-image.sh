#!/bin/bash
set -e
./gradlew build
docker build -t registry.fernmoor.com/shop:2.4.1 -f Dockerfile .
docker push registry.fernmoor.com/shop:2.4.1
