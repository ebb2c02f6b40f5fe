"""Keeps everything a frame writes inside the output folder, under the artist's own names."""

import os
import re

import bpy


def listing(folder):
    """{path relative to folder: (mtime in ns, size)} of every file below it."""
    found = {}
    pending = [""]
    while pending:
        inside = pending.pop()
        try:
            entries = list(os.scandir(os.path.join(folder, inside)))
        except FileNotFoundError:
            continue
        for entry in entries:
            path = inside + "/" + entry.name if inside else entry.name
            if entry.is_dir(follow_symlinks=False):
                pending.append(path)
            else:
                try:
                    stat = entry.stat(follow_symlinks=False)
                except FileNotFoundError:  # the node may tidy up meanwhile
                    continue
                found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


def changed(before, after):
    return sorted(path for path, state in after.items() if before.get(path) != state)


def last_part(path):
    """The last part of a POSIX or Windows path, empty if it ends in a separator."""
    return re.split(r"[\\/]", path)[-1]


def parent_part(path):
    """The folder part of a path, in one spelling, without a closing separator."""
    return re.split(r"[\\/][^\\/]*\Z", path)[0].replace("\\", "/").rstrip("/")


class Redirection:
    """Where each scene and File Output node wrote by itself, and where it writes now.

    Made once after loading; apply() then sets every field again before each frame.
    """

    def __init__(self, scene, folder):
        self.scene = scene.name
        self.folder = folder
        self.pattern = last_part(scene.render.filepath)
        self.main_folder = parent_part(scene.render.filepath)
        self._folders = {}

    def apply(self, scene, frame):
        """Sets the scene's fields for one frame. Returns the main image's absolute path."""
        render = scene.render
        render.use_overwrite = True
        render.use_placeholder = False
        render.use_persistent_data = True
        render.filepath = os.path.join(self.folder, self.pattern)
        path = render.frame_path(frame=frame)
        render.filepath = path
        return path

    def redirect_nodes(self):
        """Points the File Output nodes of all scenes into the output folder."""
        for scene in bpy.data.scenes:
            for node in _file_output_nodes(_compositor_tree(scene), set()):
                self._redirect_node(node)

    def _redirect_node(self, node):
        field = "base_path" if hasattr(node, "base_path") else "directory"
        own = getattr(node, field)
        if field == "base_path" and node.format.file_format == "OPEN_EXR_MULTILAYER":
            # Here the base path is the file's own name.
            target = os.path.join(self._folder_for(parent_part(own)), last_part(own))
        else:
            target = self._folder_for(own.replace("\\", "/").rstrip("/"))
            for slot in getattr(node, "file_slots", ()):
                inside = os.path.normpath(slot.path.replace("\\", "/"))
                if os.path.isabs(inside) or inside.startswith(".."):
                    slot.path = last_part(slot.path)
        setattr(node, field, target)

    def _folder_for(self, own):
        if own == self.main_folder:
            return self.folder
        if own not in self._folders:
            name = last_part(own) or "files"
            taken = set(self._folders.values())
            candidate, number = os.path.join(self.folder, name), 2
            while candidate in taken:
                candidate = os.path.join(self.folder, "%s_%d" % (name, number))
                number += 1
            self._folders[own] = candidate
        return self._folders[own]


def _compositor_tree(scene):
    if hasattr(scene, "compositing_node_group"):  # from 5.0
        return scene.compositing_node_group
    return scene.node_tree if scene.use_nodes else None


def _file_output_nodes(tree, seen):
    if tree is None or tree.name in seen:
        return
    seen.add(tree.name)
    for node in tree.nodes:
        if node.type == "OUTPUT_FILE":
            yield node
        elif node.type == "GROUP":
            yield from _file_output_nodes(node.node_tree, seen)
