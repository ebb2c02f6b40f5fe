"""Points every library and image of the loaded scene at the job's own copy of its file.

The map (see README.md) says where each file of the job lay when the scene was submitted. A path in
the scene is resolved against the *original* place of the .blend that holds it, looked up in the
map, and replaced in memory. A path that already leads to the right file is not touched.
"""

import json
import os

import bpy

import scenefiles


def clean(path):
    """One spelling for every spelling of a path: '/', no '.', no '..'; Windows in lower case."""
    windows = scenefiles.is_windows_path(path) or path.startswith("//")
    path = path.replace("\\", "/") if windows else path
    root = "//" if path.startswith("//") else "/" if path.startswith("/") else ""
    parts = []
    for part in path.split("/"):
        if part == "..":
            if parts and not parts[-1].endswith(":"):
                parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    cleaned = root + "/".join(parts)
    return cleaned.casefold() if windows else cleaned


class PathMap:
    """The map of the job, and its inverse. Without a map nothing is ever replaced."""

    def __init__(self, file, scene):
        self.root = os.path.dirname(os.path.dirname(os.path.abspath(file)))
        self._original = {}  # clean absolute workspace path -> original path as written
        self._here = {}  # clean original path -> absolute workspace path
        self._folders = {}  # clean original folder -> absolute workspace folder, None if torn apart
        if not file or not os.path.isfile(file):
            return
        with open(file, encoding="utf-8") as stream:
            content = json.load(stream)
        if content.get("version") != 1:
            raise ValueError("the path map has version %r, known is 1" % content.get("version"))
        for inside, original in content["files"].items():
            here = os.path.normpath(os.path.join(self.root, inside))
            self._original[here] = original
            self._here[clean(original)] = here
            folder, folder_here = _folder(clean(original)), os.path.dirname(here)
            known = self._folders.setdefault(folder, folder_here)
            if known != folder_here:
                self._folders[folder] = None

    def __bool__(self):
        return bool(self._here)

    def target(self, raw, owner, is_pattern=False):
        """Where the file is that `raw`, written in the .blend `owner`, meant; None if unknown.

        is_pattern: raw names one of many files (a sequence, tiles), so its folder decides.
        """
        for original in self._originals(raw, owner):
            here = self._here.get(original)
            if here is None and is_pattern:
                folder = self._folders.get(_folder(original))
                if folder is not None:
                    name = raw.replace("\\", "/").rsplit("/", 1)[-1]
                    here = os.path.join(folder, name)
            if here is not None:
                return here
        return None

    def _originals(self, raw, owner):
        """The original places that `raw` can mean, the likeliest first."""
        if not raw.startswith("//"):
            return [clean(raw)]
        places = []
        original_owner = self._original.get(os.path.normpath(owner))
        if original_owner is not None:
            base = original_owner.replace("\\", "/") if _is_windows(original_owner) else original_owner
            inside = raw[2:].replace("\\", "/")
            places.append(clean(base.rsplit("/", 1)[0] + "/" + inside))
        # Blender turns the backslashes of \\server\share round, which then looks relative.
        places.append(clean(raw))
        return places


def _is_windows(path):
    return scenefiles.is_windows_path(path) or path.startswith("//")


def _folder(path):
    return path.rsplit("/", 1)[0]


def rewrite(path_map):
    """Replaces the paths, libraries first. Returns [(what, old, new)]."""
    done = []
    if path_map:
        _rewrite_libraries(path_map, done)
        _rewrite_images(path_map, done)
    return done


def _rewrite_libraries(path_map, done):
    # A reload may bring libraries that were unknown before, and frees data-blocks: start over
    # after each. A library is tried once per place, so this ends.
    tried = set()
    again = True
    while again:
        again = False
        for lib in scenefiles.libraries():
            owner = scenefiles.parent_file(lib)
            old = lib.filepath
            new = path_map.target(_relative_to_parent(lib, owner), owner)
            if new is None or scenefiles.library_file(lib) == new or (lib.name, new) in tried:
                continue
            tried.add((lib.name, new))
            lib.filepath = new
            lib.reload()
            done.append(("library", old, new))
            again = True
            break


def _relative_to_parent(lib, owner):
    """The library's path as the .blend that links it has it: Blender made it relative to main."""
    raw = lib.filepath
    if lib.parent is None or not raw.startswith("//"):
        return raw
    place = scenefiles.library_file(lib)
    return "//" + os.path.relpath(place, os.path.dirname(owner)).replace(os.sep, "/")


def _rewrite_images(path_map, done):
    for image in list(scenefiles.external_images()):
        pattern = image.source in ("SEQUENCE", "TILED")
        old = image.filepath
        new = path_map.target(old, scenefiles.owner_file(image), pattern)
        if new is None or scenefiles.absolute(old, image.library) == new:
            continue
        image.filepath = new
        done.append(("image", old, new))
