"""Which files a job has, and which of them are laid out for which frames.

The node lays out what the frames of a lease need, and adds more for further leases, as the file
needs.json beside the path map says (see README.md).
"""

import json
import os

import frameneeds
import references
import scenefiles


class JobFiles:
    def __init__(self, path_map, map_file):
        self._map = path_map
        self._needed = {}  # frame -> workspace paths that not every frame needs
        self._others = set()  # such paths, for frames about which nothing is known
        self._frames = set()
        self._lists = {}
        needs = os.path.join(os.path.dirname(os.path.abspath(map_file)), "needs.json")
        if not map_file or not os.path.isfile(needs):
            return
        with open(needs, encoding="utf-8") as stream:
            content = json.load(stream)
        if content.get("version") != 1:
            raise ValueError("needs.json has version %r, known is 1" % content.get("version"))
        self._frames = set(frameneeds.frames_of(content["frames"]))
        for path, frames in content["files"].items():
            self._others.add(path)
            for frame in frameneeds.frames_of(frames):
                self._needed.setdefault(frame, []).append(path)

    def absent(self, frames):
        """Workspace paths that these frames need and that are not there."""
        needed = set()
        for frame in frames:
            needed.update(self._needed.get(frame, ()) if frame in self._frames else self._others)
        return sorted(p for p in needed if not os.path.isfile(os.path.join(self._map.root, p)))

    def missing(self):
        """As references.missing(); a file of the job that is not laid out now is not missing."""
        return references.missing(
            lambda path, form: os.path.exists(path) or self._map.holds(path, form)
        )

    def remember_lists(self):
        """Of folders that Blender looks into once, what is there now."""
        self._lists = {
            reference.absolute: _names(reference.absolute)
            for reference in references.every()
            if reference.listed
        }

    def have_lists_grown(self):
        return any(_names(folder) != names for folder, names in self._lists.items())


def _names(folder):
    return set(scenefiles.folder_members(folder))
