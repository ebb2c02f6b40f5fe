#!/bin/sh
# sh trace.sh SCENE PATHMAP OUTPUT [NAME=VALUE...]
#
# Traces a scene on a node, for a submitter without a Blender: leaves OUTPUT/trace.json. What is wrong
# with the scene is an "error" in there; only a Blender that says nothing is a failure here.
set -eu
scene=$1
map=$2
output=$3
shift 3

mkdir -p "$output"
log=$OPENJD_SESSION_WORKING_DIR/trace.log
if [ -f "$map" ]; then
  BLENDERER_PATH_MAP=$map
  export BLENDERER_PATH_MAP
fi
exit=0
# What Blender says while it opens a scene with missing files is no failure of this task: it stays out of the
# task's log, which is looked through for errors.
"$BLENDERER_RENDERER" -b --factory-startup -Y --python-exit-code 3 \
  --python "$BLENDERER_RENDERER_DIR/trace.py" -- "$scene" "$@" >"$log" 2>&1 </dev/null || exit=$?
sed -n 's/^BLENDERER_TRACE //p' "$log" | tail -n 1 >"$output/trace.json"
if [ ! -s "$output/trace.json" ]; then
  rm -f "$output/trace.json"
  tail -n 20 "$log" | sed 's/^/  /'
  echo "openjd_fail: [trace-failed] Blender could not say what the scene needs; it ended with exit code $exit"
  exit 1
fi
