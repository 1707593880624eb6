#!/bin/bash
rustup toolchain install nightly
curl -o- https://raw.githubusercontent.com/nvm-sh/nvm/v0.39.2/install.sh | bash
nvm install 16
nvm use 16
docker compose build
