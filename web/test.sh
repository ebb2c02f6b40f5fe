#!/bin/sh
# Types, then the tests of what can be told without a browser: test.sh SKIP SKIP. The page itself is tested in e2e.
set -eu
cd "$(dirname "$0")"
if [ "$1" != false ] || [ "$2" != false ]; then exit 0; fi
sources=$(find src test tsconfig.json package-lock.json -type f | LC_ALL=C sort | xargs cksum | cksum)
if [ "$sources" != "$(cat target/checked 2>/dev/null)" ]; then
  npx --no-install svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --output human
  printf '%s\n' "$sources" >target/checked
fi
npx --no-install vitest run
# One suite a file, as the counting of ./blenderer test expects: what vitest calls suites become its parts.
report=target/surefire-reports/TEST-web.xml
sed -e 's,<testsuite ,<part ,; s,</testsuite>,</part>,' -e 's,<testsuites ,<testsuite ,; s,</testsuites>,</testsuite>,' "$report" >"$report.new"
mv "$report.new" "$report"
