#!/usr/bin/env bash
# The list of a declaration goes over lines without `\`: its words are no commands, whatever they look like.
set -euo pipefail

run_job() {
  local -a mounts=()
  if [[ -d overlay ]]; then
    mounts+=(
      -v "$PWD/overlay:/app/overlay:ro"
    )
  fi
  local -a job=(
    docker run --rm --network none
    "${mounts[@]}"
    --entrypoint /bin/sh
    registry.acme.de/shop:1.4.2
    -c
    "cd /app && ./tick"
  )
  "${job[@]}"
}

declare -ar hosts=(
  one
  --two
)
echo "${hosts[@]}"
run_job
