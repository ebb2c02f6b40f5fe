"""Whether pink in a frame can come from a texture that is not there.

Blender paints full red and blue where it cannot read an image, and says nothing. Art may have that
colour, too: so what matters is whether every image that a frame may show can be read. In doubt it
is said that one cannot, and pink counts.
"""

import os

import bpy

import frameneeds
import references
import scenefiles

_NODES = {"ShaderNodeTexImage", "ShaderNodeTexEnvironment"}
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# Formats that every build of Blender reads.
_BEGINNINGS = (_PNG, _JPEG, b"\x76\x2f\x31\x01", b"II*\0", b"MM\0*", b"BM", b"#?")
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_ON_DISK = {"FILE", "SEQUENCE", "TILED", "MOVIE"}


class Textures:
    """Of one loaded scene; files of a job do not change while it is open."""

    def __init__(self):
        self._known = {}
        self._still = None  # whether all that is the same in every frame can be read
        self._sequences = []

    def surely_read(self, scene, frame):
        """Whether no image can be the reason for pink in this frame."""
        if getattr(scene, "cycles", None) and getattr(scene.cycles, "shading_system", False):
            return False  # a script that does not compile is pink, too
        if self._still is None:
            self._still = self._look()
        return self._still and all(self._reads(*one, frame) for one in self._sequences)

    def _look(self):
        for tree, _ in references.node_trees():
            for node in tree.nodes:
                if node.bl_idname in _NODES and node.image is None:
                    if any(output.is_linked for output in node.outputs):
                        return False
        users = None
        for image in bpy.data.images:
            if image.source not in _ON_DISK or not scenefiles.is_used(image):
                continue
            if len(getattr(image, "packed_files", ())) > 0:
                if not all(_is_picture(packed.data) for packed in image.packed_files):
                    return False
            elif image.packed_file:
                if not _is_picture(image.packed_file.data):
                    return False
            elif image.source == "SEQUENCE":
                users = frameneeds.image_users() if users is None else users
                known = users.get(image, [])
                if len(known) < image.users - (1 if image.use_fake_user else 0):
                    return False
                self._sequences.append((image, known))
            elif not self._reads_still(image):
                return False
        return True

    def _reads_still(self, image):
        path = scenefiles.absolute(image.filepath, image.library)
        if image.source == "TILED":
            tiles = [scenefiles.tile_path(path, tile.number) for tile in image.tiles]
            return all(self._is_whole(tile) for tile in tiles)
        return image.source == "FILE" and self._is_whole(path)

    def _reads(self, image, users, frame):
        path = scenefiles.absolute(image.filepath, image.library)
        parts = scenefiles.numbered(os.path.basename(path))
        if not parts:
            return False
        members = {}
        for member in scenefiles.sequence_members(path):
            found = scenefiles.numbered(os.path.basename(member))
            if found:
                members[int(found[1])] = member
        numbers = {n for user in users for n in frameneeds.shown_numbers(user, frame)}
        return all(n in members and self._is_whole(members[n]) for n in numbers)

    def _is_whole(self, path):
        if path not in self._known:
            self._known[path] = _is_whole_file(path)
        return self._known[path]


def _is_whole_file(path):
    try:
        with open(path, "rb") as file:
            head = file.read(16)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 64))
            return _is_whole(head, file.read())
    except OSError:
        return False


def _is_picture(data):
    return _is_whole(data[:16], data[-64:])


def _is_whole(head, tail):
    if not head.startswith(_BEGINNINGS):
        return False
    if head.startswith(_PNG):
        return tail.endswith(_PNG_END)
    return not head.startswith(_JPEG) or tail.rstrip(b"\0").endswith(b"\xff\xd9")
