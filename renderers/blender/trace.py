"""Says what a scene needs, as one line "BLENDERER_TRACE {json}" (its fields are in README.md).

blender -b --factory-startup -Y FILE --python-exit-code 3 --python trace.py
blender -b --factory-startup -Y --python-exit-code 3 --python trace.py -- FILE [NAME=VALUE...]

The second form reads the file's version before opening it, so a file that is newer than this
Blender, or no .blend, is an "error" in the line and cannot crash anything. The values are SceneName and
the overrides of overrides.py: the facts are then those of the scene as it will be rendered.
"""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402

import blendfile  # noqa: E402
import overrides  # noqa: E402
import scenefiles  # noqa: E402
import scenefacts  # noqa: E402


class Files:
    """Every external file once, with the first block that uses it."""

    def __init__(self):
        self.found = {}

    def add(self, path, kind, user, owner, supported=True, used=True):
        if not path or path.startswith("<"):
            return
        known = self.found.get(path)
        if known:
            known["used"] = known["used"] or used
            known["supported"] = known["supported"] and supported
            return
        exists = os.path.exists(path)
        self.found[path] = {
            "path": path,
            "kind": kind,
            "user": user,
            "owner": owner,
            "exists": exists,
            "size": os.path.getsize(path) if os.path.isfile(path) else None,
            "directory": os.path.isdir(path),
            "supported": supported,
            "used": used,
        }

    def add_unsupported(self, path, kind, block, sequence=False, used=True):
        if not path:
            return
        library = getattr(block, "library", None)
        whole = scenefiles.absolute(path, library)
        for one in scenefiles.sequence_members(whole) if sequence else [whole]:
            self.add(one, kind, block.name, scenefiles.owner_file(block), False, used)


def trace_files():
    files = Files()
    for lib in scenefiles.libraries():
        files.add(scenefiles.library_file(lib), "library", lib.name, scenefiles.parent_file(lib))
    for image in scenefiles.external_images():
        kind = scenefiles.IMAGE_KINDS[image.source]
        for path in scenefiles.image_files(image):
            files.add(
                path, kind, image.name, scenefiles.owner_file(image), True, scenefiles.is_used(image)
            )
    for font in bpy.data.fonts:
        if not font.packed_file and font.filepath != "<builtin>":
            files.add_unsupported(font.filepath, "font", font)
    for sound in bpy.data.sounds:
        if not sound.packed_file:
            files.add_unsupported(sound.filepath, "sound", sound)
    for clip in bpy.data.movieclips:
        files.add_unsupported(clip.filepath, "clip", clip, clip.source == "SEQUENCE")
    for cache in bpy.data.cache_files:
        files.add_unsupported(cache.filepath, "cache", cache, cache.is_sequence)
    for volume in bpy.data.volumes:
        if not volume.packed_file:
            files.add_unsupported(volume.filepath, "volume", volume, volume.is_sequence)
    for text in bpy.data.texts:
        if text.filepath and not text.is_in_memory:
            # The .blend holds a copy of its words, and scripts are off.
            files.add_unsupported(text.filepath, "text", text, used=False)
    _trace_strips(files)
    _trace_nodes(files)
    _trace_caches(files)
    _trace_the_rest(files)
    return sorted(files.found.values(), key=lambda f: f["path"])


def _trace_strips(files):
    for scene in bpy.data.scenes:
        editor = scene.sequence_editor
        if not editor:
            continue
        strips = editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all
        for strip in strips:
            if strip.type == "IMAGE":
                folder = scenefiles.absolute(strip.directory, scene.library)
                for element in strip.elements:
                    _add_strip(files, os.path.join(folder, element.filename), "strip-image", strip, scene)
            elif strip.type == "MOVIE":
                path = scenefiles.absolute(strip.filepath, scene.library)
                _add_strip(files, path, "strip-movie", strip, scene)


def _add_strip(files, path, kind, strip, scene):
    files.add(path, kind, strip.name, scenefiles.owner_file(scene), supported=False)


def _trace_nodes(files):
    for tree, holder in scenefacts.node_trees():
        for node in tree.nodes:
            if node.bl_idname == "ShaderNodeTexIES" and node.mode == "EXTERNAL":
                files.add_unsupported(node.filepath, "ies", holder)
            elif node.bl_idname == "ShaderNodeScript" and node.mode == "EXTERNAL":
                files.add_unsupported(node.filepath, "osl", holder)


def _trace_caches(files):
    folder = os.path.splitext(scenefiles.main_blend())[0]
    disk_cache = os.path.join(os.path.dirname(folder), "blendcache_" + os.path.basename(folder))
    for ob, cache in scenefacts.point_caches():
        if cache.use_external:
            files.add_unsupported(cache.filepath, "point-cache", ob)
        elif cache.use_disk_cache:
            owner = scenefiles.owner_file(ob)
            files.add(disk_cache, "point-cache", ob.name, owner, supported=False)
    for ob in bpy.data.objects:
        for modifier in ob.modifiers:
            if modifier.type == "MESH_CACHE":
                files.add_unsupported(modifier.filepath, "mesh-cache", ob)
            elif modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN":
                files.add_unsupported(modifier.domain_settings.cache_directory, "fluid-cache", ob)
            elif modifier.type == "OCEAN" and modifier.is_cached:
                files.add_unsupported(modifier.filepath, "ocean-cache", ob)


def _trace_the_rest(files):
    """Whatever Blender itself lists and nothing above found."""
    for path in bpy.utils.blend_paths(absolute=True, packed=False, local=False):
        path = os.path.normpath(path)
        if "<UDIM>" in path or "<UVTILE>" in path or path in files.found:
            continue
        if path.startswith("//") or not os.path.isabs(path):
            continue
        if _is_spelling_of_known(path, files):
            continue
        files.add(path, "other", "", scenefiles.main_blend(), supported=False)


def _is_spelling_of_known(path, files):
    """Blender lists C:\\x as /c/x on POSIX systems; such a file is in the list already."""
    return any(
        scenefiles.is_windows_path(known)
        and path.casefold() in ("/" + known[0] + known[2:].replace("\\", "/")).casefold()
        for known in files.found
    )


def trace():
    if "--" in sys.argv:
        file = os.path.abspath(sys.argv[sys.argv.index("--") + 1])
        error = _open(file) or _override(sys.argv[sys.argv.index("--") + 2 :])
        if error:
            return {"version": 1, "blender": bpy.app.version_string, "error": error}
    scenes = [scenefacts.scene_facts(scene) for scene in bpy.data.scenes if not scene.library]
    active = scenefacts.scene_facts(bpy.context.scene)
    saved = "%d.%d" % max([tuple(bpy.data.version[:2])] + scenefacts.library_versions())
    return {
        "version": 1,
        "blender": bpy.app.version_string,
        "saved": saved,
        "file": scenefiles.main_blend(),
        "active": active["name"],
        "scene": active,
        "scenes": scenes,
        "requires": {"atLeast": saved, "features": active["features"]},
        "files": trace_files(),
        "warnings": scenefacts.warnings(),
    }


def _open(file):
    try:
        version = blendfile.saved_version(file)
        if version is not None and version > tuple(bpy.app.version[:2]):
            return {
                "code": "scene-newer",
                "message": "'%s' was saved by Blender %d.%d, and this is Blender %s: use Blender %d.%d"
                " or newer here" % ((file,) + version + (bpy.app.version_string,) + version),
            }
        bpy.ops.wm.open_mainfile(filepath=file, use_scripts=False)
    except blendfile.NotABlend as error:
        return {"code": "scene-unreadable", "message": "'%s' %s" % (file, error)}
    except OSError as error:
        return {"code": "scene-unreadable", "message": "'%s': %s" % (file, error.strerror)}
    except RuntimeError as error:
        said = " ".join(str(error).replace("Error: ", "").split())
        return {"code": "scene-unreadable", "message": "'%s' could not be opened: %s" % (file, said)}
    return None


def _override(assignments):
    """Makes the chosen scene what it will be. Returns an error or None."""
    names = [text.partition("=")[2] for text in assignments if text.startswith("SceneName=")]
    name = names[-1] if names else ""
    scene = bpy.data.scenes.get(name) if name else bpy.context.scene
    if scene is None:
        return {
            "code": "no-such-scene",
            "message": "The file has no scene '%s'; it has %s"
            % (name, ", ".join("'%s'" % s.name for s in bpy.data.scenes)),
        }
    try:
        values = [text for text in assignments if not text.startswith("SceneName=")]
        overrides.apply(scene, overrides.parse(values))
    except overrides.Refused as refused:
        return {"code": refused.code, "message": refused.sentence}
    return None


line = json.dumps(trace())
# What Blender printed may lack its line end.
sys.stdout.write("\nBLENDERER_TRACE " + line + "\n")
sys.stdout.flush()
