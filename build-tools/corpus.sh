#!/bin/sh
# Brings the scenes of the corpus (docs/corpus.md) into a cache folder and prints the folder's path:
# the .blend files of three Debian packages, that nobody of this project made. Nothing is installed.
#
#   build-tools/corpus.sh [PACKAGE...]     default: openshot-qt castle-game-engine-doc morse-simulator-data
#
# BLENDERER_CORPUS names another folder. A package that is there already is not fetched again.
set -eu
folder=${BLENDERER_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/blenderer/corpus}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ $# -gt 0 ] || set -- openshot-qt castle-game-engine-doc morse-simulator-data
for package in "$@"; do
  [ ! -d "$folder/$package" ] || continue
  if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
    echo "build-tools/corpus.sh: '$package' is a package of Debian, and this machine has no apt-get and dpkg-deb." >&2
    exit 2
  fi
  work=$(mktemp -d "$folder/.$package.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  # apt drops its rights before it writes, and needs the folder for that.
  chmod 755 "$work"
  (cd "$work" && { apt-get -q download "$package" || { apt-get -q update && apt-get -q download "$package"; }; }) >&2
  dpkg-deb -x "$work"/*.deb "$work/tree"
  # Debian packs the larger files of documentation; a .blend inside is as its makers left it.
  find "$work/tree" -name '*.gz' -type f -exec gunzip -q {} +
  mv "$work/tree" "$folder/$package"
  rm -rf "$work"
  trap - EXIT
done
echo "$folder"
