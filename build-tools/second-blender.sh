#!/bin/sh
# Puts Debian 13's Blender beside this computer's own one, so that tests can run each scene with two, and
# prints the path of its program.
#
# BLENDERER_BLENDER_CACHE   where it is kept; default: blenderer/blenders in the user's cache folder, which
#                           all checkouts share. Making it takes about a minute and 1 GB, once.
#
# The packages come from the Debian mirror that this computer's apt uses; they are unpacked, none is
# installed. The folder holds all libraries, so it runs on any Linux of the same processor, and may be moved.
set -eu
here=$(CDPATH='' cd -P "$(dirname "$0")" && pwd -P)
# shellcheck source=app/src/dist/lib/packages.sh
. "$here/../app/src/dist/lib/packages.sh"

suite=trixie
# Debian's Blender only recommends what its Python add-ons and a computer without a screen need.
packages=blender,python3-numpy,libegl1,libegl-mesa0,libgl1,libgl1-mesa-dri

say() {
  echo "second-blender: $*" >&2
}

# The first address of Debian's own archive in apt's settings, of either style.
debian_mirror() {
  # shellcheck disable=SC1091  # there on every Debian
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -r "$file" ] || sed -e 's/#.*//' -e 's/\[[^]]*\]//' "$file"
  done | awk -v codename="$codename" '
    $1 == "deb" && ($3 == codename || $3 == "stable" || $3 == "testing") && / main( |$)/ { print $2; exit }'
  for file in /etc/apt/sources.list.d/*.sources; do
    if [ -r "$file" ]; then
      cat "$file"
      echo
    fi
  done | awk -v codename="$codename" '
    function finish() {
      if (types ~ /(^| )deb( |$)/ && enabled !~ /^no/ && uri != "" && components ~ /(^| )main( |$)/ &&
          (" " suites " ") ~ (" (" codename "|stable|testing) ")) { print uri; exit }
      types = suites = uri = components = enabled = ""
    }
    /^#/ { next }
    /^[ \t]*$/ { finish(); next }
    { field = tolower($1); value = $0; sub(/^[^ \t]*[ \t]*/, "", value) }
    field == "types:" { types = value }
    field == "suites:" { suites = value }
    field == "uris:" { uri = $2 }
    field == "components:" { components = value }
    field == "enabled:" { enabled = value }
    END { finish() }'
}

# The program in the made folder. It starts the folder's own loader with the folder's own libraries, and
# needs neither a chroot nor namespaces: those a node's sandbox would not allow.
wrapper() {
  cat <<'END'
#!/bin/sh
# Runs the Blender of the folder this file is in, with that folder's libraries.
self=$(readlink -f "$0")
root=${self%/*}/root
lib=$(echo "$root"/usr/lib/*-linux-gnu)
export BLENDER_SYSTEM_RESOURCES="$root/usr/share/blender" BLENDER_SYSTEM_PYTHON="$root/usr"
export LIBGL_DRIVERS_PATH="$lib/dri" GBM_BACKENDS_PATH="$lib/gbm"
export __EGL_VENDOR_LIBRARY_DIRS="$root/usr/share/glvnd/egl_vendor.d"
export GCONV_PATH="$lib/gconv" LOCPATH="$root/usr/lib/locale"
exec "$lib"/ld-linux-*.so.* --argv0 "$self" \
  --library-path "$lib:$lib/blas:$lib/lapack:$lib/pulseaudio:$root/usr/lib" "$root/usr/bin/blender" "$@"
END
}

make_blender() {
  mirror=$(debian_mirror | head -n 1)
  if [ -z "$mirror" ]; then
    say "apt on this computer names no Debian mirror, so there is no place to fetch Debian 13's Blender from."
    return 2
  fi
  command -v mmdebstrap >/dev/null 2>&1 || need_debian_packages mmdebstrap || return
  say "fetching Debian 13's Blender into $folder (needed once) …"
  rm -rf "$folder.new"
  mkdir -p "$folder.new"
  # How this computer reaches its mirror holds for the other suite, too.
  apt-config dump --format '%F "%v";%n' |
    grep -E '^Acquire::(Check-Valid-Until|Check-Date|Retries|ForceIPv[46]|https?::)' >"$folder.new/apt.conf" || true
  # By way of an archive, so that all files are the caller's, whoever may use mmdebstrap here.
  as_root=
  if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  fi
  if ! $as_root mmdebstrap --quiet --variant=extract --components=main --include="$packages" \
    --aptopt="$folder.new/apt.conf" "$suite" "$folder.new/root.tar" "$mirror" >"$folder.log" 2>&1 </dev/null; then
    tail -n 15 "$folder.log" >&2
    say "mmdebstrap could not fetch it; its whole output is in $folder.log."
    rm -rf "$folder.new"
    return 1
  fi
  root=$folder.new/root
  mkdir "$root"
  # Without what no Blender reads: a third of the size, and device files.
  tar -x -f "$folder.new/root.tar" -C "$root" --no-same-owner --exclude='./dev' --exclude='./tmp' --exclude='./var' \
    --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/info' \
    --exclude='./usr/share/locale' --exclude='./usr/share/proj' --exclude='./usr/share/gdal' \
    --exclude='./usr/share/dcmtk' --exclude='./usr/share/gdcm-3.0' --exclude='./usr/sbin' --exclude='./usr/include'
  find "$root/usr/bin" ! -name blender -type f -delete
  rm -f "$folder.new/apt.conf" "$folder.new/root.tar"
  wrapper >"$folder.new/blender"
  chmod 755 "$folder.new/blender"
  if ! said=$("$folder.new/blender" --version 2>&1); then
    say "the Blender that was made does not start: $said"
    return 1
  fi
  rm -rf "$folder"
  mv "$folder.new" "$folder"
  rm -f "$folder.log"
  say "$(echo "$said" | head -n 1) is ready"
}

cache=${BLENDERER_BLENDER_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/blenderer/blenders}
# The number grows with what is in the folder: checkouts of several ages share the cache.
folder=$cache/debian-13-2

if [ $# != 0 ]; then
  sed -n '2,/^set/s/^#\( \|$\)//p' "$0" >&2
  exit 2
fi

mkdir -p "$cache"
# Checkouts that test at the same time make one between them.
exec 9>"$cache/lock"
if command -v flock >/dev/null 2>&1; then flock 9; fi
if ! [ -x "$folder/blender" ]; then
  make_blender
fi
exec 9>&-
echo "$folder/blender"
