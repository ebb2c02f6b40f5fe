# Sourced, not run. Builds the folder .build/blenderer when it is missing or older than its sources.
# Expects root (the checkout); uses jdk.sh.
# shellcheck disable=SC2154  # root and jdk come from whoever sources this

dist=$root/.build/blenderer
build_log=$root/.build/build.log

# Every file the finished folder is made of, or with an argument those changed after that file was
# touched. The change time is compared, because copying and unpacking set the other one back.
build_sources() {
  set -- ${1:+-cnewer "$1"}
  (
    cd "$root" || exit
    for module in */pom.xml; do
      module=${module%/pom.xml}
      case $module in e2e) ;; *) printf '%s\n' "$module" ;; esac
    done
    for extra in web addon; do
      if [ -d "$extra" ] && ! [ -f "$extra/pom.xml" ]; then printf '%s\n' "$extra"; fi
    done
  ) | {
    cd "$root" || exit
    # shellcheck disable=SC2046  # our own folder names have no spaces
    find blenderer build-tools/build.sh build-tools/jdk.sh pom.xml LICENSE $(cat) \
      \( -name target -o -path '*/src/test' -o -name node_modules -o -name __pycache__ \) -prune \
      -o -type f ! -name '*.md' "$@" -print
  }
}

is_built() {
  [ -x "$dist/bin/blenderer" ] && [ -f "$root/.build/stamp" ] && [ -f "$root/.build/sources" ] \
    && [ -z "$(build_sources "$root/.build/stamp" | head -n 1)" ] \
    && [ "$(build_sources | cksum)" = "$(cat "$root/.build/sources")" ]
}

ensure_built() {
  if is_built; then return 0; fi
  find_jdk25
  need_maven
  need_node
  mkdir -p "$root/.build"
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$root/.build/lock"
    flock -n 9 || { echo "blenderer: another build of this checkout is running; waiting for it" >&2; flock 9; }
    if is_built; then
      exec 9>&-
      return 0
    fi
  fi
  started=$(date +%s)
  echo "blenderer: building (needed once, and when sources change) …" >&2
  # Made now and put in place at the end: a file edited during the build is then newer than it.
  : >"$root/.build/stamp.new"
  sources=$(build_sources | cksum)
  # The lock stays with this shell: a process the build leaves behind must not hold it.
  if (build_dist) >"$build_log" 2>&1 9>&-; then
    printf '%s\n' "$sources" >"$root/.build/sources"
    mv "$root/.build/stamp.new" "$root/.build/stamp"
    echo "blenderer: built in $(($(date +%s) - started)) s" >&2
  else
    rm -f "$root/.build/stamp.new"
    show_build_errors >&2
    echo "blenderer: the build failed; its whole output is in $build_log" >&2
    exit 1
  fi
  if command -v flock >/dev/null 2>&1; then exec 9>&-; fi
}

# Maven's errors without its advice; whatever came last, when another program failed.
show_build_errors() {
  if grep -q '^\[ERROR\]' "$build_log"; then
    grep '^\[ERROR\] ..*' "$build_log" | grep -v -e '-> \[Help' -e '\[Help 1\]' -e 're-run Maven' -e 'full debug' \
      -e 'possible solutions' -e 'resume the build' -e 'mvn <args>' | head -n 25
  else
    tail -n 25 "$build_log"
  fi
}

# What the runtime must hold. java.desktop reads and writes images; jcmd and jfr look into a running
# server; the rest is what the libraries ask for.
runtime_modules=java.base,java.desktop,java.instrument,java.logging,java.management,java.naming
runtime_modules=$runtime_modules,java.net.http,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver
runtime_modules=$runtime_modules,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

# Runs in a subshell of its own; "set -e" does not reach into a condition, hence the chain.
build_dist() {
  new=$root/.build/blenderer.new
  jars=$root/app/target/lib
  JAVA_HOME=$jdk
  export JAVA_HOME
  # Maven leaves the copies of files that were removed or renamed; then start from clean modules.
  if [ "$sources" != "$(cat "$root/.build/sources" 2>/dev/null)" ]; then
    rm -rf "$root"/*/target/classes
  fi
  rm -rf "$new" "$root/.build/blenderer.old" "$jars" &&
    (cd "$root" && mvn -B -ntp -Dstyle.color=never -T 2 -Dmaven.test.skip=true -pl app -am package) &&
    mkdir -p "$new/lib" &&
    make_runtime &&
    cp -R "$runtime" "$new/runtime" &&
    cp -pR "$jars/." "$new/lib/" &&
    cp -p "$root/app/target/blenderer.jar" "$new/lib/blenderer.jar" &&
    cp -pR "$root/app/src/dist/." "$new/" &&
    cp -p "$root/LICENSE" "$new/LICENSE" &&
    make_start_up_caches &&
    "$new/bin/blenderer" version >"$new/VERSION" &&
    sync_folder "$new" &&
    { ! [ -e "$dist" ] || mv "$dist" "$root/.build/blenderer.old"; } &&
    mv "$new" "$dist" &&
    rm -rf "$root/.build/blenderer.old"
}

# The runtime depends on nothing but the JDK and the list above, so it is made once for each.
make_runtime() {
  key=$({ cat "$jdk/release" "$root/build-tools/build.sh"; echo "$jdk $runtime_modules"; } | cksum | tr ' ' '-')
  runtime=$root/.build/runtime-$key
  [ -x "$runtime/bin/java" ] && return 0
  rm -rf "$root"/.build/runtime-* &&
    "$jdk/bin/jlink" --add-modules "$runtime_modules" --strip-java-debug-attributes --no-header-files \
      --no-man-pages --compress zip-6 --output "$runtime.new" &&
    drop_absent_providers "$runtime.new/conf/security/java.security" &&
    "$runtime.new/bin/java" -XX:+UseG1GC -Xshare:dump &&
    mv "$runtime.new" "$runtime"
}

# The JDK's list of security providers names some whose modules the runtime has not got. Each is searched
# for on the class path, signed jars and all, when a process opens its first TLS connection: a third of
# the time that a command needs until then.
drop_absent_providers() {
  sed -e '/^security\.provider\.[0-9]*=/d' "$1" >"$1.new" &&
    {
      echo
      at=1
      for provider in SUN SunRsaSign SunEC SunJSSE SunJCE; do
        echo "security.provider.$at=$provider"
        at=$((at + 1))
      done
    } >>"$1.new" &&
    mv "$1.new" "$1"
}

# The caches hold the classes of commands, node and server already loaded and linked, and what the compiler
# learned of them; see docs/decisions/start-up.md.
make_start_up_caches() {
  # The time that bin/blenderer gives back to the jars of a copied folder.
  TZ=UTC touch -t 202001010000.00 "$new"/lib/*.jar "$new"/lib/logging/*.jar &&
  BLENDERER_HOME=$new BLENDERER_RECORD=$new/lib/server.aot \
    "$new/runtime/bin/java" -XX:+UseSerialGC -Xmx512m \
    --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true \
    -XX:AOTCacheOutput="$new/lib/client.aot" -cp "$new/lib/blenderer.jar" blenderer.app.Training &&
    [ -s "$new/lib/client.aot" ]
}

# A power cut must not leave a folder that looks whole and is not.
sync_folder() {
  sync -f "$1" 2>/dev/null || sync
}
