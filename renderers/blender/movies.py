"""Scenes that write a movie: rendered as images, which FFmpeg then makes the scene's movie of."""

import os
import re

import bpy

# Blender's containers: the ending here, and the endings that Blender takes for the file's own.
_CONTAINERS = {
    "MPEG4": ("mp4", (".mp4", ".mpg", ".mpeg")),
    "QUICKTIME": ("mov", (".mov",)),
    "MKV": ("mkv", (".mkv",)),
    "WEBM": ("webm", (".webm",)),
    "AVI": ("avi", (".avi",)),
    "H264": ("avi", (".avi",)),
    "XVID": ("avi", (".avi",)),
    "OGG": ("ogv", (".ogv", ".ogg")),
    "MPEG1": ("mpg", (".mpg", ".mpeg")),
    "MPEG2": ("mpg", (".dvd", ".vob", ".mpg", ".mpeg")),
    "FLASH": ("flv", (".flv",)),
}
# Blender's codecs by the names of the renderer ffmpeg.
_CODECS = {
    "H264": "h264", "H265": "h265", "AV1": "av1", "WEBM": "vp9", "MPEG4": "mpeg4", "MPEG2": "mpeg2",
    "MPEG1": "mpeg1", "FFV1": "ffv1", "PRORES": "prores", "THEORA": "theora", "FLASH": "flv1",
    "PNG": "png", "QTRLE": "qtrle", "HUFFYUV": "huffyuv", "DNXHD": "dnxhd", "NONE": "",
}  # fmt: skip
_BY_QUALITY = ("h264", "h265", "av1", "vp9")
_LOSSLESS = ("ffv1", "png", "qtrle", "huffyuv", "raw")


def facts(scene):
    """{format, codec, quality, file, pattern, sound} for the template; None if FFmpeg is not to make it."""
    settings = scene.render.image_settings
    if scene.render.use_multiview and settings.views_format == "INDIVIDUAL":
        return None  # a movie for each view
    made = {"quality": "", "sound": False}
    if settings.file_format in ("AVI_JPEG", "AVI_RAW"):
        made["format"] = "avi"
        made["codec"] = "mjpeg" if settings.file_format == "AVI_JPEG" else "raw"
    else:
        ffmpeg = scene.render.ffmpeg
        if ffmpeg.format not in _CONTAINERS or ffmpeg.codec not in _CODECS:
            return None
        made["format"] = _CONTAINERS[ffmpeg.format][0]
        made["codec"] = _CODECS[ffmpeg.codec]
        made["quality"] = _quality(ffmpeg, made["codec"])
        made["sound"] = ffmpeg.audio_codec != "NONE" and has_sound(scene)
    made["file"] = _file(scene)
    made["pattern"] = _image_pattern(scene)
    return made


def _quality(ffmpeg, codec):
    """The constant rate factor as a number, or a bit rate such as 6000k."""
    if codec in _LOSSLESS or codec in ("prores", "dnxhd", ""):
        return ""
    if codec in _BY_QUALITY and ffmpeg.constant_rate_factor != "NONE":
        factors = ffmpeg.bl_rna.properties["constant_rate_factor"].enum_items
        return str(factors[ffmpeg.constant_rate_factor].value)
    return "%dk" % ffmpeg.video_bitrate


def has_sound(scene):
    editor = scene.sequence_editor
    if editor:
        strips = editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all
        if any(strip.type == "SOUND" and not strip.mute for strip in strips):
            return True
    return any(ob.type == "SPEAKER" and not ob.hide_render for ob in scene.objects)


def _name(scene):
    """(the last part of the movie's path without its own ending, whether it had one)."""
    name = re.split(r"[\\/]", scene.render.filepath)[-1]
    endings = (".avi",)
    if scene.render.image_settings.file_format not in ("AVI_JPEG", "AVI_RAW"):
        endings = _CONTAINERS.get(scene.render.ffmpeg.format, ("", ()))[1]
    for ending in endings:
        if name.lower().endswith(ending):
            return name[: -len(ending)], True
    return name, False


def _file(scene):
    """The movie's name without an ending, as Blender would call it: with the range if it has none."""
    name, complete = _name(scene)
    if complete or (not scene.render.use_file_extension and "#" not in name):
        return name
    hashes = list(re.finditer("#+", name))
    digits = len(hashes[-1][0]) if hashes else 4
    frames = "%0*d-%0*d" % (digits, scene.frame_start, digits, scene.frame_end)
    if not hashes:
        return name + frames
    return name[: hashes[-1].start()] + frames + name[hashes[-1].end() :]


def _image_pattern(scene):
    """The name of the images with %04d for their number."""
    name, _ = _name(scene)
    hashes = list(re.finditer("#+", name))
    if not hashes:
        return name + "%04d.png"
    return name[: hashes[-1].start()] + "%%0%dd" % len(hashes[-1][0]) + name[hashes[-1].end() :] + ".png"


def become_images(scene):
    """To be called before the format is changed: an ending such as .mp4 would stay in the images' names."""
    folder = re.split(r"[^\\/]*\Z", scene.render.filepath)[0]
    scene.render.filepath = folder + _name(scene)[0]
    scene.render.use_file_extension = True


def mix_down(scene, first, last, target):
    """Writes the scene's sound from the first to the last frame."""
    scene.frame_start, scene.frame_end = first, last
    bpy.ops.sound.mixdown(filepath=target, container="FLAC", codec="FLAC")
    if not os.path.exists(target) or os.path.getsize(target) == 0:
        raise RuntimeError("no sound was written")
