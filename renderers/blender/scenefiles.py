"""Which files outside the .blend a loaded scene uses, and where they lie.

Blender keeps the path of an image relative to the .blend that holds the image, but the path of a
library, also of one that another library links, relative to the main .blend (measured on 3.4.1).
"""

import os
import re

import bpy

# Image sources that read a file; GENERATED and VIEWER do not.
IMAGE_KINDS = {"FILE": "image", "MOVIE": "movie", "SEQUENCE": "sequence", "TILED": "udim"}


def main_blend():
    return os.path.normpath(bpy.data.filepath)


def is_windows_path(path):
    return bool(re.match(r"[A-Za-z]:[\\/]", path)) or path.startswith("\\\\")


def absolute(path, library=None):
    """The absolute path on this computer; a Windows path stays as it is."""
    if is_windows_path(path):
        return path
    return os.path.normpath(bpy.path.abspath(path, library=library))


def library_file(library):
    return absolute(library.filepath)


def owner_file(block):
    """The .blend that holds a data-block."""
    return library_file(block.library) if block.library else main_blend()


def parent_file(library):
    """The .blend that links a library."""
    return library_file(library.parent) if library.parent else main_blend()


def libraries():
    return [lib for lib in bpy.data.libraries if not lib.packed_file]


def external_images():
    """Every image that reads a file and is not packed into its .blend."""
    for image in bpy.data.images:
        packed = image.packed_file or len(getattr(image, "packed_files", ())) > 0
        if image.source in IMAGE_KINDS and image.filepath and not packed:
            yield image


def is_used(block):
    """False if only a fake user keeps the data-block."""
    return block.users - (1 if block.use_fake_user else 0) > 0


def image_files(image):
    """The absolute paths of all files an image stands for, existing or not."""
    path = absolute(image.filepath, image.library)
    if image.source == "SEQUENCE":
        return sequence_members(path)
    if image.source == "TILED":
        return [tile_path(path, tile.number) for tile in image.tiles]
    return [path]


def sequence_members(path):
    """All siblings whose names differ only in the last run of digits; [path] if there are none."""
    folder, name = os.path.split(path)
    match = re.match(r"^(.*?)(\d+)(\D*)$", name, re.DOTALL)
    if not match or not os.path.isdir(folder):
        return [path]
    member = re.compile(re.escape(match[1]) + r"\d+" + re.escape(match[3]) + r"\Z")
    found = sorted(os.path.join(folder, n) for n in os.listdir(folder) if member.match(n))
    return found or [path]


def tile_path(path, number):
    across, down = (number - 1001) % 10, (number - 1001) // 10
    return path.replace("<UDIM>", str(number)).replace(
        "<UVTILE>", "u%d_v%d" % (across + 1, down + 1)
    )


def missing_files(used_only=True):
    """(kind, path, user) of each library and used image that is not there."""
    missing = []
    for lib in libraries():
        if not os.path.isfile(library_file(lib)):
            missing.append(("library", library_file(lib), lib.name))
    for image in external_images():
        if used_only and not is_used(image):
            continue
        for path in image_files(image):
            # Of an empty image Blender makes pink without a word, as of a missing one.
            if not os.path.isfile(path) or os.path.getsize(path) == 0:
                missing.append((IMAGE_KINDS[image.source], path, image.name))
    return missing
