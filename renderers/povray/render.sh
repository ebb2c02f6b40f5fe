# Renders some frames of a POV-Ray animation, one after the other. The contract is in README.md.
#
#   render.sh SCENE OUTPUT FIRST-LAST ALLFRAMES ANIMATION SIZE QUALITY ANTIALIAS CYCLIC
set -u
umask 077
scene=$1 output=$2 first=${3%%-*} last=${3##*-} all=$4 animation=$5
size=$6 quality=$7 antialias=$8 cyclic=$9

fail() {
  echo "openjd_fail: [$1] $2"
  exit 1
}

[ -f "$scene" ] || fail scene-absent "The scene '$(basename "$scene")' is not among the job's files"

# Only what lies in the session may be read, beside POV-Ray's own files: its configuration allows the
# home folder and the current folder.
export HOME="$OPENJD_SESSION_WORKING_DIR"

folder=$(dirname "$scene")
name=$(basename "$scene")
stem=${name%.*}
set -- "$scene" "+L$folder"

# The clock runs over the whole animation, however few frames of it this task has.
if [ -z "$animation" ]; then
  animation=${all%%[-,:]*}-$(printf '%s' "${all##*,}" | sed 's/:.*//; s/.*-//')
  # An .ini file says itself from where to where its animation goes.
  case $name in *.ini | *.INI) animation= ;; esac
fi
if [ -n "$animation" ]; then
  case $animation in
    *[!0-9-]* | *-*-* | -* | *-) fail bad-frames "The animation '$animation' is not a range such as 1-120" ;;
  esac
  set -- "$@" "Initial_Frame=${animation%%-*}" "Final_Frame=${animation##*-}"
fi
case $name in
  *.ini | *.INI) ;;
  *)
    set -- "$@" "Output_File_Name=$stem"
    [ "$cyclic" != true ] || set -- "$@" Cyclic_Animation=On
    ;;
esac
case $size in
  '') ;;
  [1-9]*x[1-9]*) set -- "$@" "Width=${size%%x*}" "Height=${size##*x}" ;;
  *) fail bad-size "The size '$size' is not of the form 640x480" ;;
esac
[ -z "$quality" ] || set -- "$@" "Quality=$quality"
case $antialias in
  '') ;;
  off) set -- "$@" Antialias=Off ;;
  *) set -- "$@" Antialias=On "Antialias_Threshold=$antialias" ;;
esac
case ${BLENDERER_THREADS:-0} in
  0 | '') ;;
  *) set -- "$@" "Work_Threads=$BLENDERER_THREADS" ;;
esac
set -- "$@" Output_to_File=On Output_File_Type=N Display=Off Pause_When_Done=Off Verbose=Off

mkdir -p "$output" || exit 1
count=$((last - first + 1))
frame=$first
while [ "$frame" -le "$last" ]; do
  # A folder of its own, so that whatever appears in it is this frame's.
  made=$OPENJD_SESSION_WORKING_DIR/frame.$$
  rm -rf "$made" "$made.code"
  mkdir "$made" && cd "$made" || exit 1
  echo "openjd_status: frame $frame ($((frame - first + 1)) of $count)"
  # POV-Ray breaks its sentences at 80 columns and goes on behind a space: they are put together.
  {
    "$BLENDERER_RENDERER" "$@" "Subset_Start_Frame=$frame" "Subset_End_Frame=$frame" </dev/null 2>&1
    echo $? >"$made.code"
  } | awk '/^ [^ ]/ { line = line $0; next } NR > 1 { print line; fflush() } { line = $0 } END { print line }'
  code=$(cat "$made.code")
  if [ "$code" != 0 ]; then
    case $code in
      126 | 127) fail renderer-absent "POV-Ray could not be started from '$BLENDERER_RENDERER' (exit code $code)" ;;
      137 | 143) fail renderer-killed "POV-Ray was killed from outside (exit code $code), most often because the memory ran out" ;;
    esac
    # The node names the reason by the log's own words, if it knows them.
    echo "POV-Ray ended with exit code $code at frame $frame."
    exit 1
  fi
  files=
  for file in *; do
    [ -f "$file" ] || continue
    mv "$file" "$output/" || exit 1
    quoted=$(printf '%s' "$file" | sed 's/[\\"]/\\&/g')
    files="$files${files:+, }\"$quoted\""
  done
  cd "$OPENJD_SESSION_WORKING_DIR" && rm -rf "$made" "$made.code"
  [ -n "$files" ] || fail no-output "POV-Ray made no image of frame $frame"
  echo "blenderer_done: $frame [$files]"
  echo "openjd_progress: $((100 * (frame - first + 1) / count))"
  frame=$((frame + 1))
done
