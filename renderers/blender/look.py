"""What a person would see of a frame, and what it was computed with.

For files whose pixels are not what a screen shows (scene-linear ones, several layers, formats the
node cannot read) Blender itself writes a picture through the scene's own view transform. It lies
outside the output folder, so that nobody takes it for a result.
"""

import contextlib
import functools
import os

import bpy

# What the node reads itself, and what in these files is what a screen shows.
_SHOWN_AS_THEY_ARE = {"PNG", "JPEG", "BMP", "TARGA", "TARGA_RAW", "TIFF"}


def is_shown_as_it_is(scene):
    settings = scene.render.image_settings
    # Deep TIFF is written in ways that the node's reader does not know.
    deep = settings.file_format == "TIFF" and settings.color_depth != "8"
    return settings.file_format in _SHOWN_AS_THEY_ARE and not deep


@contextlib.contextmanager
def _plain_png(scene):
    """The scene's output settings are a PNG's meanwhile, and are themselves again after."""
    settings = scene.render.image_settings
    render = scene.render
    # The format first: it decides which modes and depths there are.
    names = ("file_format", "color_mode", "color_depth", "compression")
    kept = [(settings, name, getattr(settings, name)) for name in names]
    if hasattr(settings, "color_management"):
        kept.append((settings, "color_management", settings.color_management))
    kept.append((render, "use_stamp", render.use_stamp))
    kept.append((render, "use_multiview", render.use_multiview))
    try:
        if hasattr(settings, "color_management"):
            settings.color_management = "FOLLOW_SCENE"
        render.use_stamp = False
        render.use_multiview = False
        settings.file_format = "PNG"
        settings.color_mode = "RGBA"
        settings.color_depth = "8"
        settings.compression = 5
        yield
    finally:
        for owner, name, value in kept:
            setattr(owner, name, value)


def write_shown(scene, path):
    """Writes the last render as a person sees it. Returns whether it did."""
    result = next((image for image in bpy.data.images if image.type == "RENDER_RESULT"), None)
    if result is None:
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with _plain_png(scene):
        result.save_render(path, scene=scene)
    return os.path.isfile(path)


def program():
    """The exact version of this Blender."""
    build = bpy.app.build_hash.decode("ascii", "replace")
    version = bpy.app.version_string
    return version if build in ("", "Unknown", "0000000000000000") else "%s (%s)" % (version, build)


def device(scene):
    """What the scene is computed on, such as "CPU AMD EPYC 7B13, 8 threads"."""
    if scene.render.engine == "CYCLES":
        cards = _cards() if getattr(scene.cycles, "device", "CPU") == "GPU" else ""
        return cards or _processor(scene)
    name = ""
    if bpy.app.version >= (4, 0):  # older ones may open another context to answer, and complain
        try:
            import gpu

            name = gpu.platform.renderer_get()
        except (ImportError, RuntimeError, SystemError):
            pass
    return "OpenGL " + name if name else "OpenGL"


def _cards():
    addon = bpy.context.preferences.addons.get("cycles")
    if addon is None:
        return ""
    kind = addon.preferences.compute_device_type
    names = [d.name for d in addon.preferences.devices if d.use and d.type == kind]
    return "%s %s" % (kind, ", ".join(names)) if kind != "NONE" and names else ""


def _processor(scene):
    return "CPU%s, %d threads" % (_processor_name(), scene.render.threads)


@functools.lru_cache(maxsize=1)
def _processor_name():
    name = ""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as info:
            for line in info:
                if line.startswith("model name"):
                    name = " " + " ".join(line.split(":", 1)[1].split())
                    break
    except OSError:
        pass
    return name
