# Renders a tiny scene whose picture is known, to tell whether this computer still renders right. The
# node compares the picture with selftest.png.
#
#   selftest.sh            leaves picture.png in the current folder
set -u
exec "$BLENDERER_RENDERER" --background --factory-startup --disable-autoexec \
  --python-exit-code 1 --python "$BLENDERER_RENDERER_DIR/selftest.py"
