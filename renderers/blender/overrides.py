"""What a person asked to render otherwise than the scene says; nothing else is ever changed.

The names are those of the template's parameters, an empty value means: as the scene has it. The
submitter's trace and the driver at the node use the same code, so what was accepted here holds there.
"""

import json
import re

import bpy

# Names that mean the same in every Blender, to what a Blender may call them.
_ENGINES = {
    "CYCLES": ("CYCLES",),
    "EEVEE": ("BLENDER_EEVEE", "BLENDER_EEVEE_NEXT"),
    "WORKBENCH": ("BLENDER_WORKBENCH",),
}
_MOVIES = {"AVI_JPEG", "AVI_RAW", "FFMPEG", "H264", "THEORA", "XVID"}
NAMES = ("Engine", "Samples", "Resolution", "Percentage", "Camera", "ViewLayers", "ImageFormat")


class Refused(Exception):
    """An override that this scene or this Blender cannot follow: a stable code and one sentence."""

    def __init__(self, code, sentence):
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def parse(assignments):
    """{name: value} of NAME=VALUE texts, those with an empty value left out."""
    found = {}
    for text in assignments:
        name, equals, value = text.partition("=")
        if not equals or name not in NAMES:
            raise Refused("bad-override", "'%s' is no override: known are %s" % (text, ", ".join(NAMES)))
        if value:
            found[name] = value
    return found


def apply(scene, values):
    """Sets every field that `values` names, and no other. To be called again before each frame."""
    # The engine comes first: what samples are depends on it.
    for name in NAMES:
        if name in values:
            _SETTERS[name](scene, values[name])


def _quoted(names):
    return ", ".join("'%s'" % name for name in names) or "none"


def _set_engine(scene, wanted):
    upper = wanted.upper()
    candidates = [wanted]
    for name, own in _ENGINES.items():
        if upper == name or upper in own:
            candidates = own
    there = ""
    for candidate in candidates:
        try:
            scene.render.engine = candidate
            return
        except TypeError as error:
            there = str(error)
    raise Refused(
        "engine-absent",
        "Blender %s has no render engine '%s'; it has %s"
        % (bpy.app.version_string, wanted, _quoted(_listed(there))),
    )


def _listed(error):
    """The choices that Blender's "enum not found in (…)" lists."""
    return re.findall(r"'([A-Z0-9_]+)'", error.split(" not found in ")[-1])


def _set_samples(scene, wanted):
    number = _number("Samples", wanted, 1, 1 << 24)
    if scene.render.engine == "CYCLES":
        scene.cycles.samples = number
        # A view layer may have a number of its own.
        if hasattr(scene.cycles, "use_layer_samples"):
            scene.cycles.use_layer_samples = "IGNORE"
    elif "EEVEE" in scene.render.engine:
        scene.eevee.taa_render_samples = number
    elif scene.render.engine == "BLENDER_WORKBENCH":
        try:
            scene.display.render_aa = "OFF" if number == 1 else str(number)
        except TypeError:
            raise Refused("bad-override", "Workbench takes 1, 5, 8, 11, 16 or 32 samples") from None
    else:
        raise Refused(
            "bad-override", "The engine '%s' has no samples that can be set" % scene.render.engine
        )


def _set_resolution(scene, wanted):
    match = re.match(r"(\d{1,5})x(\d{1,5})\Z", wanted)
    if not match:
        raise Refused("bad-override", "'%s' is no resolution such as 1920x1080" % wanted)
    scene.render.resolution_x = _number("Resolution", match[1], 4, 65536)
    scene.render.resolution_y = _number("Resolution", match[2], 4, 65536)


def _set_percentage(scene, wanted):
    scene.render.resolution_percentage = _number("Percentage", wanted, 1, 32767)


def _set_camera(scene, wanted):
    cameras = {ob.name: ob for ob in scene.objects if ob.type == "CAMERA"}
    if wanted not in cameras:
        raise Refused(
            "no-such-camera",
            "Scene '%s' has no camera '%s'; its cameras: %s"
            % (scene.name, wanted, _quoted(sorted(cameras))),
        )
    scene.camera = cameras[wanted]
    # A marker would switch to another camera when its frame comes.
    for marker in scene.timeline_markers:
        marker.camera = None


def _set_view_layers(scene, wanted):
    names = json.loads(wanted) if wanted.startswith("[") else [wanted]
    for name in names:
        if name not in scene.view_layers:
            raise Refused(
                "no-such-view-layer",
                "Scene '%s' has no view layer '%s'; its view layers: %s"
                % (scene.name, name, _quoted(layer.name for layer in scene.view_layers)),
            )
    for layer in scene.view_layers:
        layer.use = layer.name in names


def _set_image_format(scene, wanted):
    settings = scene.render.image_settings
    upper = wanted.upper()
    if upper in _MOVIES:
        raise Refused("bad-override", "'%s' is a movie, and frames are images: choose such as PNG" % wanted)
    deep = settings.file_format in _MOVIES and settings.color_depth in ("10", "12", "16")
    try:
        if hasattr(settings, "media_type"):  # from 5.0
            settings.media_type = "MULTI_LAYER_IMAGE" if upper == "OPEN_EXR_MULTILAYER" else "IMAGE"
        settings.file_format = upper
        if deep and upper in ("PNG", "TIFF"):
            settings.color_depth = "16"
    except TypeError as error:
        raise Refused(
            "bad-override",
            "Blender %s writes no images '%s'; it knows %s"
            % (bpy.app.version_string, wanted, _quoted(f for f in _listed(str(error)) if f not in _MOVIES)),
        ) from None


def _number(name, text, least, most):
    if not re.match(r"\d{1,9}\Z", text) or not least <= int(text) <= most:
        raise Refused("bad-override", "%s '%s' is no number from %d to %d" % (name, text, least, most))
    return int(text)


_SETTERS = {
    "Engine": _set_engine,
    "Samples": _set_samples,
    "Resolution": _set_resolution,
    "Percentage": _set_percentage,
    "Camera": _set_camera,
    "ViewLayers": _set_view_layers,
    "ImageFormat": _set_image_format,
}
