# Sourced, not run. Shared by the checkout's launcher, its tests and the finished folder.

# Debian's Blender does not ask for the software OpenGL it needs to render with EEVEE or Workbench on
# a machine without a screen; without it Blender aborts.
# shellcheck disable=SC2034  # used by those who source this
blender_packages="blender libegl1 libegl-mesa0 libgl1-mesa-dri"

# Keeps what jobs run away from the rest of the computer (docs/security.md).
# shellcheck disable=SC2034  # used by those who source this
sandbox_packages=bubblewrap

# Keeps journals in the tests; those find its programs by themselves and run them without its own service.
# shellcheck disable=SC2034  # used by those who source this
database_packages=postgresql-15

# Build the web page; the finished folder needs neither.
# shellcheck disable=SC2034  # used by those who source this
page_packages="nodejs npm"

# need_debian_packages NAME...: sees to it that these Debian packages are installed. Says what it
# installs before it does so and asks nothing. Returns 0 when all are there, 2 when they are not
# and cannot be installed from here (after saying the command that would), 1 when apt failed.
need_debian_packages() {
  missing=
  if command -v dpkg-query >/dev/null 2>&1; then
    for package in "$@"; do
      # shellcheck disable=SC2016  # the dollar is dpkg's own
      case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) in
        ii*) ;;
        *) missing="$missing $package" ;;
      esac
    done
    [ -n "$missing" ] || return 0
  fi
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "blenderer: this machine lacks: $*. It has no apt, so install them your system's way, then run this again." >&2
    return 2
  fi
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    echo "blenderer: this machine lacks:$missing. Install with: sudo apt-get install$missing" >&2
    return 2
  fi
  echo "blenderer: installing with apt:$missing" >&2
  apt_log=$(mktemp "${TMPDIR:-/tmp}/blenderer-apt.XXXXXX") || return 1
  # shellcheck disable=SC2086  # words on purpose
  if apt_install "$missing" >"$apt_log" 2>&1 || { $as_root apt-get update >>"$apt_log" 2>&1 && apt_install "$missing" >>"$apt_log" 2>&1; }; then
    rm -f "$apt_log"
    return 0
  fi
  tail -n 15 "$apt_log" >&2
  echo "blenderer: apt could not install:$missing. Its whole output is in $apt_log. Try: ${as_root:+sudo }apt-get update && ${as_root:+sudo }apt-get install$missing" >&2
  return 1
}

# The first try needs no network for the lists; stale or absent lists are the usual cause of failure.
apt_install() {
  # shellcheck disable=SC2086  # words on purpose
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=120 $1 </dev/null
}
