"""Enables add-ons that came with a job, before its scene is loaded."""

import importlib
import os
import sys
import traceback

import addon_utils
import bpy


def enable(path):
    """Enables the add-on in this file or folder. Returns None, or why it cannot be.

    path: a folder with __init__.py, or a single .py file with or without its ending.
    """
    folder, name = os.path.split(os.path.abspath(path))
    name = name[:-3] if name.endswith(".py") else name
    if folder not in sys.path:
        sys.path.insert(0, folder)
    said = []
    try:
        module = importlib.import_module(name)
        if not hasattr(module, "register"):
            return "it has no function 'register'"
        if not hasattr(module, "bl_info"):
            # An extension says the same in a file of its own, which is not read here.
            module.bl_info = {"name": name, "version": (0, 0, 0)}
        enabled = addon_utils.enable(
            name,
            default_set=True,
            persistent=True,
            handle_error=lambda *_: said.append(_last_error()),
        )
    except Exception:
        return _last_error()
    return None if enabled else (said or ["Blender refused it"])[0]


def engines():
    """The identifiers of all render engines that Python classes implement."""
    kinds = bpy.types.RenderEngine.__subclasses__()
    return {kind.bl_idname for kind in kinds if hasattr(kind, "bl_idname")}


def _last_error():
    traceback.print_exc()
    kind, error, _ = sys.exc_info()
    return "%s: %s" % (kind.__name__ if kind else "error", error)
