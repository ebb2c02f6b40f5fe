"""Writes the scene's sound for video.sh; prints an openjd_fail line if it cannot."""

import os
import sys
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402

import driver  # noqa: E402
import movies  # noqa: E402
import paths  # noqa: E402


def main():
    settings = driver.Settings(os.environ)
    bpy.ops.wm.open_mainfile(filepath=settings.scene_file, use_scripts=False)
    paths.rewrite(paths.PathMap(settings.path_map, settings.scene_file))
    scene = bpy.data.scenes[settings.scene_name] if settings.scene_name else bpy.context.scene
    window = bpy.context.window
    if window is not None:
        window.scene = scene
    frames = driver.frames_of(os.environ["BLENDERER_ONCE"])
    with bpy.context.temp_override(scene=scene):
        movies.mix_down(scene, min(frames), max(frames), os.environ["BLENDERER_SOUND"])


try:
    main()
except Exception as error:
    traceback.print_exc()
    print("\nopenjd_fail: [sound-failed] The scene's sound could not be mixed: %s" % error, flush=True)
    os._exit(1)
os._exit(0)
