# Sourced, not run. Finds the tools a build needs; the finished folder needs none of them.

# is_jdk25 FOLDER: whether a whole JDK 25 (with compiler and jlink) is there. Reads the release file
# where there is one, because starting a Java to ask it costs a good part of a second.
is_jdk25() {
  [ -x "$1/bin/javac" ] && [ -x "$1/bin/jlink" ] || return 1
  if [ -r "$1/release" ]; then
    grep -q '^JAVA_VERSION="25["._+]' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | grep -q 'version "25["._+]'
  fi
}

# Sets jdk to the folder of a JDK 25, or says what is missing and ends with 2.
find_jdk25() {
  if [ -n "${BLENDERER_JDK:-}" ]; then
    jdk=$BLENDERER_JDK
    is_jdk25 "$jdk" && return 0
    echo "blenderer: BLENDERER_JDK is $jdk, but there is no complete JDK 25 in that folder. Set it to one, or unset it to have one searched for." >&2
    exit 2
  fi
  on_path=
  if command -v javac >/dev/null 2>&1; then
    on_path=$(readlink -f "$(command -v javac)" 2>/dev/null || true)
    on_path=${on_path%/bin/javac}
  fi
  for jdk in "${JAVA_HOME:-}" /usr/lib/jvm/* "$on_path" /opt/*jdk* /opt/java/* /usr/local/*jdk* /usr/java/* \
    "${HOME:-/nowhere}"/.sdkman/candidates/java/* "${HOME:-/nowhere}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$jdk" ] && is_jdk25 "$jdk"; then return 0; fi
  done
  cat >&2 <<'EOF'
blenderer: building needs a JDK 25, and none was found (looked at BLENDERER_JDK, JAVA_HOME,
/usr/lib/jvm, the PATH, /opt, /usr/local and the home folder). Where apt knows it, install it with
    sudo apt-get install openjdk-25-jdk-headless
else unpack any JDK 25 (Temurin, for one) into a folder and run this again with
    BLENDERER_JDK=/that/folder ./blenderer
EOF
  exit 2
}

need_maven() {
  command -v mvn >/dev/null 2>&1 && return 0
  echo "blenderer: building needs Maven (mvn), which is not installed. Install it with: sudo apt-get install maven" >&2
  exit 2
}

need_node() {
  if command -v npm >/dev/null 2>&1 && [ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 18' 2>/dev/null)" = true ]; then
    return 0
  fi
  echo "blenderer: building the web page needs Node.js 18 or newer with npm, which is not installed. Install it with: sudo apt-get install nodejs npm" >&2
  exit 2
}
