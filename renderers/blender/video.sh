# What the step encode of video-template.yaml runs: the scene's sound, if it has any, then the video.
#
#   video.sh SOUND SCENE PATHMAP SCENENAME FRAMES ENCODE-ARGUMENTS...
#
# SOUND is true or false. What follows is for encode.sh of the renderer ffmpeg.
set -u
umask 077
cd "$OPENJD_SESSION_WORKING_DIR" || exit 1
if [ "$1" = true ]; then
  export BLENDERER_SCENE="$2" BLENDERER_PATHMAP="$3" BLENDERER_SCENE_NAME="$4" BLENDERER_ONCE="$5"
  export BLENDERER_SOUND="$OPENJD_SESSION_WORKING_DIR/sound.flac"
  export BLENDERER_STATE="$OPENJD_SESSION_WORKING_DIR" BLENDERER_OUTPUT="$OPENJD_SESSION_WORKING_DIR"
  "$BLENDERER_RENDERER" -b --factory-startup -Y --python-exit-code 3 \
    --python "$BLENDERER_RENDERER_DIR/mixdown.py" </dev/null 2>&1 || exit 1
fi
shift 5
exec sh "$BLENDERER_FFMPEG_DIR/encode.sh" "$@"
