# Sourced, not run. "./blenderer test": sets up what the checks need, runs them, adds them up.
# Expects root; uses jdk.sh, build.sh and packages.sh.
# shellcheck disable=SC2154  # root, jdk, dist and build_log come from them and from whoever sources this

test_usage() {
  cat <<'EOF'
blenderer test [--quick | --soak]

Runs the project's checks: formatting, scripts, then the tests of every module.
  --quick   without real renderers, whole farms and slow tests: under two minutes after the build
  (nothing) what continuous integration runs
  --soak    everything, hours included
EOF
}

# The tiers are JUnit tags: a test without a tag is quick. See CONTRIBUTING.md.
run_tests() {
  tier=ci
  for argument in "$@"; do
    case $argument in
      --quick) tier=quick ;;
      --soak) tier=soak ;;
      -h | --help)
        test_usage
        return 0
        ;;
      *)
        echo "blenderer: 'test' does not know '$argument'." >&2
        test_usage >&2
        return 2
        ;;
    esac
  done
  case $tier in
    quick) excluded="blender | e2e | slow | soak" ;;
    ci) excluded=soak ;;
    soak) excluded=none ;; # a tag that no test has
  esac

  test_failed=
  phase "packages" ensure_test_packages "$tier"
  if [ -n "$test_failed" ]; then return 2; fi
  find_jdk25
  JAVA_HOME=$jdk
  export JAVA_HOME
  phase "build" ensure_built
  # Tests that start real processes take the finished folder, as a person would.
  BLENDERER_DIST=$dist
  export BLENDERER_DIST
  phase "scripts" check_scripts
  phase "formatting" check_format
  if [ "$tier" != quick ]; then phase "container file" check_container_file; fi
  phase "compiling tests" compile_tests
  : >"$root/.build/test-stamp"
  case $test_failed in
    *compiling*) ;;
    *) phase "tests" run_maven_tests "$excluded" ;;
  esac
  print_summary
}

# phase NAME COMMAND...: runs it, says how long it took, and remembers if it failed.
phase() {
  name=$1
  shift
  began=$(date +%s)
  if "$@"; then
    echo "blenderer test: $name: ok, $(($(date +%s) - began)) s"
  else
    test_failed="$test_failed $name"
    echo "blenderer test: $name: FAILED, $(($(date +%s) - began)) s" >&2
  fi
}

ensure_test_packages() {
  # shellcheck source=app/src/dist/lib/packages.sh
  . "$root/app/src/dist/lib/packages.sh"
  # The sandbox of a node; the tests also give a process a small disk of its own with it, to fill it.
  command -v bwrap >/dev/null 2>&1 || need_debian_packages "$sandbox_packages" || return
  # shellcheck disable=SC2086  # words on purpose
  command -v npm >/dev/null 2>&1 || need_debian_packages $page_packages || return
  if [ "$1" = quick ]; then return 0; fi
  # A browser for the page.
  command -v chromium >/dev/null 2>&1 || need_debian_packages chromium || return
  # shellcheck disable=SC2086  # words on purpose
  command -v blender >/dev/null 2>&1 || need_debian_packages $blender_packages || return
  # The other renderers, and the animations that come with one of them.
  command -v povray >/dev/null 2>&1 && [ -d /usr/share/doc/povray/examples/animations ] ||
    need_debian_packages povray povray-examples || return
  command -v ffmpeg >/dev/null 2>&1 || need_debian_packages ffmpeg || return
  # A database for the journal's contract; the name holds for Debian 12, others name their own.
  if [ -z "${BLENDERER_POSTGRES:-}" ]; then
    set -- "$1" /usr/lib/postgresql/*/bin/initdb
    [ -x "$2" ] || need_debian_packages "$database_packages" || return
  fi
  # The health check of the container file.
  command -v curl >/dev/null 2>&1 || need_debian_packages curl || return
  # It reads the services that ship.
  command -v systemd-analyze >/dev/null 2>&1 || need_debian_packages systemd || return
  # Every test that opens a scene does so with two Blenders.
  if [ -z "${BLENDERER_BLENDERS:-}" ]; then
    second=$("$root/build-tools/second-blender.sh") || return
    BLENDERER_BLENDERS=$(command -v blender):$second
  fi
  export BLENDERER_BLENDERS
}

check_scripts() {
  scripts_ok=yes
  for script in blenderer .ci/run build-tools/* app/src/dist/bin/* app/src/dist/lib/*; do
    sh -n "$root/$script" || scripts_ok=no
    if command -v shellcheck >/dev/null 2>&1; then
      (cd "$root" && shellcheck -s sh -x "$script") || scripts_ok=no
    fi
  done
  if command -v python3 >/dev/null 2>&1; then
    # Compiled in memory: a cache folder beside a renderer's files would end up in its jar.
    find "$root" \( -name target -o -name .build -o -name .git -o -name node_modules \) -prune \
      -o -name '*.py' -print | while IFS= read -r script; do
      python3 -c 'import sys; compile(open(sys.argv[1], encoding="utf-8").read(), sys.argv[1], "exec")' "$script" || echo broken
    done | grep -q broken && scripts_ok=no
  fi
  [ "$scripts_ok" = yes ]
}

check_container_file() {
  "$root/build-tools/container-lint.sh" >"$root/.build/container-lint.log" 2>&1 && return 0
  cat "$root/.build/container-lint.log" >&2
  return 1
}

check_format() {
  "$root/build-tools/format" --check >"$root/.build/format.log" 2>&1 && return 0
  cat "$root/.build/format.log" >&2
  echo "blenderer: the files above are not formatted. Mend with: build-tools/format" >&2
  return 1
}

# Maven compiles a module anew when its neighbours come as folders and came as jars before, so every
# step here goes as far as "package", like the build.
compile_tests() {
  (cd "$root" && mvn -B -ntp -Dstyle.color=never -T 2 -DskipTests package) >"$build_log" 2>&1 && return 0
  show_build_errors >&2
  return 1
}

# Maven's own words go to the log whole; shown are the modules, the classes' counts and what failed.
# A failed test does not keep the later modules from being tested. Maven then also forgives a test
# process that died, so any line it marks as an error fails the phase.
run_maven_tests() {
  test_log=$root/.build/test.log
  rm -f "$root/.build/test-rc"
  {
    rc=0
    (cd "$root" && mvn -B -ntp -fae -Dmaven.test.failure.ignore=true -Dstyle.color=never -Dsurefire.excludedGroups="$1" package) 2>&1 || rc=$?
    echo "$rc" >"$root/.build/test-rc"
  } | tee "$test_log" | awk '
    /^\[INFO\] Building Blenderer/ { sub(/^\[INFO\] Building /, ""); sub(/ [^ ]*SNAPSHOT.*/, ""); print "== " $0; fflush(); next }
    /Tests run:.* -+ in / || /Tests run:.*Time elapsed/ { sub(/^\[[A-Z]+\] /, "  "); print; fflush(); next }
    /^\[ERROR\] *$/ || /^\[ERROR\].*(\[Help 1\]|re-run Maven|full debug logging|possible solutions|resume the build|mvn <args>)/ { next }
    /^\[ERROR\]/ || /^\[INFO\] .* (FAILURE|SKIPPED)/ { print; fflush() }
  '
  [ "$(cat "$root/.build/test-rc" 2>/dev/null)" = 0 ] && ! grep -q '^\[ERROR\]' "$test_log"
}

# The closing line is added up from the reports of this run, not from what Maven printed.
print_summary() {
  counts=$(find "$root" -path '*/target/surefire-reports/TEST-*.xml' -newer "$root/.build/test-stamp" \
    -exec awk '
      /<testsuite / {
        for (i = 1; i <= 4; i++) {
          split("tests errors skipped failures", names, " ")
          if (match($0, " " names[i] "=\"[0-9]+\"")) {
            value = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", value); print names[i], value
          }
        }
        nextfile
      }' {} + | awk '
      { sum[$1] += $2 }
      END {
        failed = sum["errors"] + sum["failures"]
        print sum["tests"] - failed - sum["skipped"], failed, sum["skipped"] + 0
      }')
  # shellcheck disable=SC2086  # three numbers
  set -- $counts
  if [ "$(($1 + $2))" = 0 ]; then
    case $test_failed in *tests*) ;; *) test_failed="$test_failed tests" ;; esac
    echo "blenderer test: no test ran" >&2
  fi
  if [ -n "$test_failed" ] || [ "$2" != 0 ]; then
    echo "blenderer test: FAILED in:${test_failed:- tests}; the whole output is in .build/test.log" >&2
  fi
  echo "$1 passed, $2 failed, $3 skipped"
  [ -z "$test_failed" ] && [ "$2" = 0 ]
}
