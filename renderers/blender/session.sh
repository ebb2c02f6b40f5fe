# What the template's actions do. The contract is in README.md beside this file.
#
#   session.sh enter SCENE PATHMAP OUTPUT SCENENAME ALLOWMISSING ""     [NAME=VALUE...]
#   session.sh run   SCENE PATHMAP OUTPUT SCENENAME ALLOWMISSING FRAMES [NAME=VALUE...]
#   session.sh exit
#
# Each NAME=VALUE is an override of overrides.py; an empty value is none.
#
# .blender/warm (in a cold session .blender/cold.N, one per run) in the session folder holds the
# talk between these short-lived shells and Blender:
#   requests    FIFO; one line "ID FRAMES" per run
#   reply.ID    FIFO; what the run prints, until Blender closes it
#   status.ID   "ok" or "failed", written before the reply is closed
#   out         FIFO; Blender's own stdout and stderr
#   pid, exit   Blender's process id; its exit code once it has ended
#   ending      exists once the session is being left
#   last-words  what Blender had printed and nobody had read when it ended
set -u
umask 077
BLENDERER_STATE=$OPENJD_SESSION_WORKING_DIR/.blender/warm
# A folder of its own for each Blender: the keeper of one that has ended must not meddle with the next.
[ "${BLENDERER_COLD:-}" != 1 ] || BLENDERER_STATE=$OPENJD_SESSION_WORKING_DIR/.blender/cold.$$
export BLENDERER_STATE
cd "$OPENJD_SESSION_WORKING_DIR" || exit 1
verb=$1
shift

# Starts Blender in the background; its first answer goes to reply.$1.
start_blender() {
  rm -rf "$BLENDERER_STATE"
  mkdir -p "$BLENDERER_STATE" || return 1
  mkfifo "$BLENDERER_STATE/requests" "$BLENDERER_STATE/out" "$BLENDERER_STATE/reply.$1" || return 1
  BLENDERER_REPLY=$1 sh "$BLENDERER_RENDERER_DIR/keep.sh" \
    </dev/null >"$BLENDERER_STATE/keep.log" 2>&1 &
}

# Prints reply.$1 to its end and returns 0 if Blender said that all went well.
listen() {
  cat "$BLENDERER_STATE/reply.$1"
  status=$(cat "$BLENDERER_STATE/status.$1" 2>/dev/null)
  rm -f "$BLENDERER_STATE/reply.$1" "$BLENDERER_STATE/status.$1"
  case $status in
    ok) return 0 ;;
    failed) return 1 ;;
  esac
  tries=0
  while [ ! -e "$BLENDERER_STATE/exit" ] && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  say_how_blender_ended
  return 1
}

say_how_blender_ended() {
  echo
  cat "$BLENDERER_STATE/keep.log" "$BLENDERER_STATE/last-words" 2>/dev/null
  echo
  code=$(cat "$BLENDERER_STATE/exit" 2>/dev/null || echo unknown)
  case $code in
    137 | 143) echo "openjd_fail: [renderer-killed] Blender was killed from outside (exit code $code), most often because the memory ran out" ;;
    126 | 127) echo "openjd_fail: [renderer-absent] Blender could not be started from '$BLENDERER_RENDERER' (exit code $code)" ;;
    70) echo "openjd_fail: [node-gone] Blender ended because the node that started it is gone" ;;
    *) echo "openjd_fail: [renderer-crashed] Blender ended in the middle of its work with exit code $code" ;;
  esac
}

end_blender() {
  [ -e "$1/pid" ] && [ ! -e "$1/exit" ] || return 0
  : >"$1/ending"
  kill -TERM "$(cat "$1/pid")" 2>/dev/null
  tries=0
  while [ ! -e "$1/exit" ] && [ "$tries" -lt 30 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  [ -e "$1/exit" ] || kill -KILL "$(cat "$1/pid")" 2>/dev/null
}

scene_settings() {
  export BLENDERER_SCENE="$1" BLENDERER_PATHMAP="$2" BLENDERER_OUTPUT="$3"
  export BLENDERER_SCENE_NAME="$4" BLENDERER_ALLOW_MISSING="$5"
  [ $# -lt 6 ] || shift
  shift 5
  BLENDERER_OVERRIDES=$(printf '%s\n' "$@")
  export BLENDERER_OVERRIDES
  # The submitter's colour configuration, if it had one: the file beside the path map names it.
  if [ -r "${BLENDERER_PATHMAP%/*}/ocio" ]; then
    OCIO=${BLENDERER_PATHMAP%/*}/../$(cat "${BLENDERER_PATHMAP%/*}/ocio")
    export OCIO
  fi
}

case $verb in
  enter)
    if [ "${BLENDERER_COLD:-}" = 1 ]; then
      echo "Cold session: each run starts its own Blender."
      exit 0
    fi
    scene_settings "$@"
    start_blender enter || exit 1
    listen enter
    ;;
  run)
    scene_settings "$@"
    if [ "${BLENDERER_COLD:-}" = 1 ]; then
      BLENDERER_ONCE=$6
      export BLENDERER_ONCE
      start_blender run || exit 1
      listen run
      exit
    fi
    mkfifo "$BLENDERER_STATE/reply.$$" || exit 1
    # Opened for reading and writing, so that this never waits for a Blender that is gone.
    printf '%s %s\n' "$$" "$6" 1<>"$BLENDERER_STATE/requests"
    if [ -e "$BLENDERER_STATE/exit" ]; then
      say_how_blender_ended
      exit 1
    fi
    listen "$$"
    ;;
  exit)
    for state in .blender/*/; do
      end_blender "${state%/}"
    done
    exit 0
    ;;
  *)
    echo "session.sh: unknown verb '$verb'" >&2
    exit 2
    ;;
esac
