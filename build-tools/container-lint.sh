#!/bin/sh
# Reads the container file of the finished folder with a linter, which npm brings into a cache folder once (47 packages).
# Fails when the linter has anything to say.
set -eu
here=$(CDPATH='' cd -P "$(dirname "$0")" && pwd -P)
file=$here/../app/src/dist/container/Containerfile
version=1.8.0
folder=${XDG_CACHE_HOME:-$HOME/.cache}/blenderer/dockerfilelint-$version
if [ ! -d "$folder" ]; then
  mkdir -p "$(dirname "$folder")"
  new=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  echo "container-lint: fetching dockerfilelint $version (needed once)" >&2
  npm install --prefix "$new" --no-audit --no-fund --ignore-scripts --loglevel=error "dockerfilelint@$version" >&2
  # Whoever was faster has brought the same.
  mv -T "$new" "$folder" 2>/dev/null || true
fi
node "$folder/node_modules/dockerfilelint/bin/dockerfilelint" "$file"
