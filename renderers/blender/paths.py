"""Points everything that the loaded scene refers to at the job's own copy of it.

The map (see README.md) says where each file of the job lay when the scene was submitted. A path in
the scene is resolved against the *original* place of the .blend that holds it, looked up in the
map, and replaced in memory. A path that already leads to the right file is not touched.
"""

import json
import os

import bpy
import references
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
        self._folders = {}  # clean original folder -> absolute workspace folder
        self._inside = {}  # clean original folder -> clean original paths of the files in it
        self._filled = set()  # absolute workspace folders with something in or below them
        self._numbered = set()  # (absolute workspace folder, name before, name after the number)
        if not file or not os.path.isfile(file):
            return
        with open(file, encoding="utf-8") as stream:
            content = json.load(stream)
        if content.get("version") != 1:
            raise ValueError("the path map has version %r, known is 1" % content.get("version"))
        for inside, original in content["files"].items():
            here = os.path.normpath(os.path.join(self.root, inside))
            known = clean(original)
            self._original[here] = original
            self._here[known] = here
            self._enter(here)
            self._inside.setdefault(_folder(known), []).append(known)
        for inside, original in content.get("folders", {}).items():
            here = os.path.normpath(os.path.join(self.root, inside))
            self._folders[clean(original)] = here

    def __bool__(self):
        return bool(self._here)

    def _enter(self, here):
        folder, name = os.path.split(here)
        parts = scenefiles.numbered(name)
        if parts:
            self._numbered.add((folder, parts[0], parts[2]))
        while folder not in self._filled and folder.startswith(self.root):
            self._filled.add(folder)
            folder = os.path.dirname(folder)

    def holds(self, path, form=references.FILE):
        """Whether the job has this file, folder or sequence at its absolute place, laid out now or
        not."""
        if path in self._original or path in self._filled:
            return True
        folder, name = os.path.split(path)
        parts = scenefiles.numbered(name) if form == references.SEQUENCE else None
        return parts is not None and (folder, parts[0], parts[2]) in self._numbered

    def target(self, raw, owner, form=references.FILE):
        """Where that is which `raw`, written in the .blend `owner`, meant; None if unknown."""
        for original in self._originals(raw, owner):
            here = self._folders.get(original) if form == references.FOLDER else None
            here = here or self._here.get(original)
            if here is None and form == references.SEQUENCE:
                here = self._sibling(original)
            elif here is None and form == references.TILES:
                here = self._tiles(original)
            if here is not None:
                return here
        return None

    def _sibling(self, original):
        """The place of a member that is not there, beside one that is."""
        mine = scenefiles.numbered(_name(original))
        for known in self._inside.get(_folder(original), ()) if mine else ():
            other = scenefiles.numbered(_name(known))
            if other and (other[0], other[2]) == (mine[0], mine[2]):
                here = scenefiles.numbered(_name(self._here[known]))
                if here:
                    name = here[0] + mine[1] + here[2]
                    return os.path.join(os.path.dirname(self._here[known]), name)
        return None

    def _tiles(self, original):
        """The pattern of a set of tiles, beside the first tile that is there."""
        # A Windows path was put into lower case.
        marks = [mark for mark in ("<UDIM>", "<UVTILE>") if mark.lower() in original.lower()]
        for mark in marks:
            written = mark if mark in original else mark.lower()
            for number in range(1001, 2000):
                tile = scenefiles.tile_path(mark, number)
                here = self._here.get(original.replace(written, tile))
                if here is not None:
                    name = os.path.basename(here).replace(tile, mark)
                    return os.path.join(os.path.dirname(here), name)
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


def _name(path):
    return path.rsplit("/", 1)[-1]


def rewrite(path_map):
    """Replaces the paths, libraries first. Returns [(what, old, new)].

    Raises LookupError with a sentence if a library of the job cannot be loaded.
    """
    done = []
    if path_map:
        read_as = {}  # the place of a nested library -> the place where the file that links it looks
        _rewrite_libraries(path_map, done, read_as)
        brought = set()
        while _bring_back(read_as, brought):
            _rewrite_libraries(path_map, done, read_as)
        _rewrite_references(path_map, done)
    return done


def _rewrite_libraries(path_map, done, read_as):
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
            if lib.parent is not None:
                read_as[new] = scenefiles.place_on_posix(old)
            lib.filepath = new
            lib.reload()
            done.append(("library", old, new))
            again = True
            break


def _bring_back(read_as, brought):
    """Loads nested libraries whose data-blocks were dropped; True if there were any.

    Blender 4 keeps no place for what a library links from a file that is not there: when the file is
    found, nothing of it is missed, and objects have lost their parents, materials and the like. So
    the files are loaded whole, under the names by which those that link them look for them, and those
    are read again.
    """
    dropped = {lib.filepath for lib in scenefiles.libraries() if _is_dropped(lib, read_as)}
    if not dropped:
        return False
    for file in dropped & brought:
        raise LookupError("What the library '%s' gives to others could not be found again." % file)
    brought |= dropped
    for file in dropped:
        with bpy.data.libraries.load(file, link=True) as (there, wanted):
            for kind in dir(there):
                setattr(wanted, kind, getattr(there, kind))
    for lib in scenefiles.libraries():
        if _is_dropped(lib, read_as):
            raise LookupError("The library '%s' could not be loaded." % lib.filepath)
    for file in [lib.filepath for lib in scenefiles.libraries()]:
        if file not in dropped:
            _read_again(file, read_as)
    return True


def _is_dropped(lib, read_as):
    return getattr(lib, "is_missing", False) and lib.filepath in read_as


def _read_again(file, read_as):
    for lib in scenefiles.libraries():
        if lib.filepath in read_as and lib.filepath != file:
            lib.filepath = read_as[lib.filepath]
    for lib in scenefiles.libraries():
        if lib.filepath == file:
            lib.reload()
            break
    found = {read: place for place, read in read_as.items()}
    for lib in scenefiles.libraries():
        if lib.filepath in found:
            lib.filepath = found[lib.filepath]


def _relative_to_parent(lib, owner):
    """The library's path as the .blend that links it has it: Blender made it relative to main."""
    raw = lib.filepath
    if lib.parent is None or not raw.startswith("//"):
        return raw
    place = scenefiles.library_file(lib)
    return "//" + os.path.relpath(place, os.path.dirname(owner)).replace(os.sep, "/")


def rewrite_bakes(path_map):
    """The folders of baked geometry nodes alone, before anything is evaluated: when Blender finds no
    bake there once, it does not look again. Returns as rewrite() does."""
    done = []
    if path_map:
        _rewrite_references(path_map, done, references.BAKE)
    return done


def _rewrite_references(path_map, done, kind=None):
    for reference in list(references.every()):
        if reference.put is None or kind not in (None, reference.kind):
            continue
        new = path_map.target(reference.path, reference.owner, reference.form)
        if new is None or reference.absolute == new:
            continue
        if reference.form == references.FOLDER:
            new += os.sep
        old = reference.path
        reference.put(new)
        done.append((reference.kind, old, new))
