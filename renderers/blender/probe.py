"""Says what this Blender is and can do, as one line "BLENDERER_PROBE {json}".

blender -b --factory-startup -Y --python-exit-code 3 --python probe.py
"""

import json
import os
import sys

import bpy

ENGINES = {
    "CYCLES": "cycles",
    "BLENDER_EEVEE": "eevee",
    "BLENDER_EEVEE_NEXT": "eevee",
    "BLENDER_WORKBENCH": "workbench",
}


def has_engine(identifier):
    try:
        bpy.context.scene.render.engine = identifier
    except TypeError:
        return False
    return True


def features():
    found = {name for identifier, name in ENGINES.items() if has_engine(identifier)}
    try:
        import _cycles

        if getattr(_cycles, "with_openimagedenoise", False):
            found.add("denoise-oidn")
        if getattr(_cycles, "with_osl", False):
            found.add("osl")
        if getattr(_cycles, "with_embree", False):
            found.add("embree")
        found |= gpu_kinds()
    except ImportError:
        pass
    for name in ("alembic", "usd", "openvdb"):
        if getattr(getattr(bpy.app, name, None), "supported", False):
            found.add(name)
    options = bpy.app.build_options
    for option, name in (("fluid", "fluid"), ("codec_ffmpeg", "ffmpeg"), ("image_openexr", "openexr")):
        if getattr(options, option, False):
            found.add(name)
    return sorted(found)


def gpu_kinds():
    """gpu-cuda and so on, for each kind of which a device is really there."""
    addon = bpy.context.preferences.addons.get("cycles")
    if addon is None:
        return set()
    preferences = addon.preferences
    found = set()
    for entry in preferences.get_device_types(bpy.context):
        kind = entry[0]
        if kind == "NONE":
            continue
        try:
            if any(device.type == kind for device in preferences.get_devices_for_type(kind)):
                found.add("gpu-" + kind.lower())
        except (AttributeError, ValueError, TypeError):
            continue
    return found


def resources():
    """The folders that came with this Blender; a node tells one build from another by their files."""
    # Those beside the program win over those of a package of the system, which may be there, too.
    for kind in ("LOCAL", "SYSTEM"):
        folder = bpy.utils.resource_path(kind)
        if folder and os.path.isdir(folder):
            return [folder]
    return []


version = ".".join(str(n) for n in bpy.app.version)
line = json.dumps(
    {
        "version": version,
        "text": bpy.app.version_string,
        "features": features(),
        "resources": resources(),
    }
)
sys.stdout.write("\nBLENDERER_PROBE " + line + "\n")
sys.stdout.flush()
