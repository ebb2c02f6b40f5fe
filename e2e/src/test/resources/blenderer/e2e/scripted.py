"""Makes a scene that is coloured by scripts in it: a driver in Python, and a handler of a text that
registers itself. Run in Blender with the file as the only argument after "--"."""

import sys

import bpy

HANDLER = """
import bpy

def tint(*_):
    scene = bpy.context.scene
    bpy.data.worlds["World"].color[1] = scene.frame_current % 7 / 7

bpy.app.handlers.frame_change_pre.append(tint)
"""

bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.context.preferences.filepaths.save_version = 0
scene = bpy.context.scene
camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
scene.collection.objects.link(camera)
scene.camera = camera
scene.render.engine = "CYCLES"
scene.cycles.samples, scene.cycles.use_denoising = 1, False
scene.render.resolution_x, scene.render.resolution_y = 32, 18
scene.render.filepath = "//out/f_####"
scene.world = bpy.data.worlds.new("World")
scene.world.color = (0.1, 0.1, 0.1)
driver = scene.world.driver_add("color", 0).driver
driver.type = "SCRIPTED"
driver.expression = "__import__('math').sin(frame) ** 2"
text = bpy.data.texts.new("tint.py")
text.write(HANDLER)
text.use_module = True
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])
