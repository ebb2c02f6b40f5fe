# Runs one Blender with driver.py, and tells whoever waits for an answer when it has ended.
set -u
state=$BLENDERER_STATE

# Both ends of the FIFOs stay open here: a request is never lost, nobody waits for a missing
# end, and what Blender printed last can be read after its death.
exec 3<>"$state/requests" 4<>"$state/out"
exec 5<"$state/out"

set -- -b --factory-startup -Y --python-exit-code 3
case ${BLENDERER_THREADS:-0} in
  0 | '') ;;
  *) set -- "$@" -t "$BLENDERER_THREADS" ;;
esac
"$BLENDERER_RENDERER" "$@" --python "$BLENDERER_RENDERER_DIR/driver.py" \
  </dev/null >&4 2>&1 3<&- 4<&- 5<&- &
echo $! >"$state/pid.new"
mv "$state/pid.new" "$state/pid"
wait $!
code=$?

exec 4>&-
cat <&5 >"$state/last-words"
echo "$code" >"$state/exit.new"
mv "$state/exit.new" "$state/exit"

# After a planned end nobody waits any more.
[ ! -e "$state/ending" ] || exit 0
[ "$code" != 0 ] || [ -z "${BLENDERER_ONCE:-}" ] || exit 0
# A run that opens its reply only now would wait for ever: open it for writing, and close it. When the
# node is gone (70) nobody asks any more, and nothing of it shall linger.
rounds=10
[ "$code" != 70 ] || rounds=1
tries=0
while [ "$tries" -lt "$rounds" ]; do
  for reply in "$state"/reply.*; do
    [ ! -p "$reply" ] || : <>"$reply"
  done
  sleep 0.5
  tries=$((tries + 1))
done
