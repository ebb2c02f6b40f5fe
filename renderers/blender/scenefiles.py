"""Where the files of a loaded scene lie: absolute paths, owners, numbered names.

Blender keeps the path of an image relative to the .blend that holds the image, but the path of a
library, also of one that another library links, relative to the main .blend (measured on 3.4.1).
"""

import os
import re

import bpy

_NUMBERED = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)


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


def place_on_posix(path):
    """Where Blender on this system looks for a path that may come from Windows."""
    if path.startswith("//"):
        return absolute(path)
    if path.startswith("\\\\"):
        return "\\\\" + path[2:].replace("\\", "/")
    if is_windows_path(path):
        return "/" + path[0].lower() + path[2:].replace("\\", "/")
    return path


def owner_file(block):
    """The .blend that holds a data-block."""
    return library_file(block.library) if block.library else main_blend()


def parent_file(library):
    """The .blend that links a library."""
    return library_file(library.parent) if library.parent else main_blend()


def libraries():
    return [lib for lib in bpy.data.libraries if not lib.packed_file]


def is_used(block):
    """False if only a fake user keeps the data-block."""
    return block.users - (1 if block.use_fake_user else 0) > 0


def numbered(name):
    """(before, digits, after) of the last run of digits in a file name, or None."""
    match = _NUMBERED.fullmatch(name)
    return match.groups() if match else None


def sequence_members(path):
    """All siblings whose names differ only in the last run of digits; [path] if there are none."""
    folder, name = os.path.split(path)
    parts = numbered(name)
    if not parts or not os.path.isdir(folder):
        return [path]
    member = re.compile(re.escape(parts[0]) + r"\d+" + re.escape(parts[2]))
    found = sorted(os.path.join(folder, n) for n in os.listdir(folder) if member.fullmatch(n))
    return found or [path]


def tile_path(path, number):
    across, down = (number - 1001) % 10, (number - 1001) // 10
    return path.replace("<UDIM>", str(number)).replace(
        "<UVTILE>", "u%d_v%d" % (across + 1, down + 1)
    )


def folder_members(folder):
    """Every file below a folder; links to folders are followed, each folder once."""
    found, seen, pending = [], set(), [folder]
    while pending:
        here = pending.pop()
        real = os.path.realpath(here)
        if real in seen:
            continue
        seen.add(real)
        try:
            entries = list(os.scandir(here))
        except OSError:
            continue
        for entry in entries:
            (pending if entry.is_dir() else found).append(os.path.join(here, entry.name))
    return sorted(found)


def shown(path):
    """A path for a line that people and programs read: no control characters in it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in path)
