"""An add-on that colours the world when a scene is loaded."""

import bpy
from bpy.app.handlers import persistent

bl_info = {"name": "Tint", "blender": (3, 0, 0), "version": (1, 0, 0), "category": "Render"}


@persistent
def _tint(*_):
    for world in bpy.data.worlds:
        world.color = (0.9, 0.1, 0.4)


def register():
    bpy.app.handlers.load_post.append(_tint)


def unregister():
    bpy.app.handlers.load_post.remove(_tint)
