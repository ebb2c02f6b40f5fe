#!/bin/sh
# Brings the S3 server that tests start (s3/src/test/s3-server/pom.xml) into a cache folder, 57 MB from Maven's
# central repository, and prints the folder of its jars.
#
# BLENDERER_S3_SERVER names another folder. What is there already is not fetched again.
set -eu
here=$(CDPATH='' cd -P "$(dirname "$0")" && pwd -P)
pom=$here/../s3/src/test/s3-server/pom.xml
version=$(sed -n 's:.*<artifactId>s3proxy</artifactId><version>\(.*\)</version>.*:\1:p' "$pom")
folder=${BLENDERER_S3_SERVER:-${XDG_CACHE_HOME:-$HOME/.cache}/blenderer/s3-server-$version}
if [ ! -d "$folder" ]; then
  mkdir -p "$(dirname "$folder")"
  new=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$new"' EXIT
  echo "s3-server: fetching s3proxy $version (needed once)" >&2
  mvn -B -ntp -q -f "$pom" dependency:copy-dependencies -DoutputDirectory="$new" >&2
  # Whoever was faster has brought the same.
  mv -T "$new" "$folder" 2>/dev/null || true
fi
echo "$folder"
