#!/bin/sh
# Builds the page and lays it out as files of a jar: build.sh FOLDER. Does nothing that is done already: npm runs when
# package-lock.json changed, Vite when a source did, so that an unchanged page costs no time and no network.
set -eu
cd "$(dirname "$0")"
out=$1

command -v npm >/dev/null 2>&1 || {
  echo "The page needs Node.js 18 or newer with npm. Install it with: sudo apt-get install nodejs npm" >&2
  exit 2
}
mkdir -p target
installed=node_modules/.installed
if ! [ -f "$installed" ] || ! cmp -s package-lock.json "$installed"; then
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$installed"
fi
sources=$(find src public index.html vite.config.ts svelte.config.js package-lock.json build.sh -type f | LC_ALL=C sort | xargs cksum | cksum)
if ! [ -f target/page/index.html ] || [ "$sources" != "$(cat target/page.sources 2>/dev/null)" ]; then
  rm -f target/page.sources
  npx --no-install vite build --logLevel warn
  # What is worth it is packed once, here, as well as can be.
  find target/page -type f \( -name '*.html' -o -name '*.js' -o -name '*.css' -o -name '*.svg' \) -size +1k -exec gzip -9 -n -k -f {} +
  (cd target/page && find . -type f ! -name '*.gz' | sed 's,^\./,,' | LC_ALL=C sort) >target/files.txt
  mv target/files.txt target/page/files.txt
  printf '%s\n' "$sources" >target/page.sources
fi
if ! cmp -s target/page/files.txt "$out/files.txt" || [ target/page.sources -nt "$out/files.txt" ]; then
  rm -rf "$out"
  mkdir -p "$out"
  cp -R target/page/. "$out/"
fi
