"""Says what a scene needs, as one line "BLENDERER_TRACE {json}" (its fields are in README.md).

blender -b --factory-startup -Y FILE --python-exit-code 3 --python trace.py
blender -b --factory-startup -Y --python-exit-code 3 --python trace.py -- FILE [NAME=VALUE...]

The second form reads the file's version before opening it, so a file that is newer than this
Blender, or no .blend, is an "error" in the line and cannot crash anything. The values are SceneName,
Frames and the overrides of overrides.py: the facts are then those of the scene as it will be
rendered, and of the files it is told which of these frames need them; without Frames, which of the
scenes' own ranges.
"""

import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402

import addons  # noqa: E402
import blendfile  # noqa: E402
import colours  # noqa: E402
import frameneeds  # noqa: E402
import overrides  # noqa: E402
import paths  # noqa: E402
import references  # noqa: E402
import scenefiles  # noqa: E402
import scenefacts  # noqa: E402
import traps  # noqa: E402


class Files:
    """Every external file once, with the first block that uses it."""

    def __init__(self, frames, scene):
        self.found = {}
        self.folders = {}
        self.known = set()  # what Blender may list although it is no file of its own
        self._needs = frameneeds.Needs(frames, scene)

    def add(self, path, kind, user, owner, supported=True, used=True):
        if not path or path.startswith("<"):
            return
        known = self.found.get(path)
        if known:
            known["used"] = known["used"] or used
            known["supported"] = known["supported"] and supported
            return
        self.found[path] = {
            "path": path,
            "kind": kind,
            "user": user,
            "owner": owner,
            "exists": os.path.exists(path),
            "size": os.path.getsize(path) if os.path.isfile(path) else None,
            "directory": os.path.isdir(path),
            "supported": supported,
            "used": used,
        }

    def add_reference(self, reference):
        path = reference.absolute
        self.known.add(path)
        if reference.form == references.FOLDER and reference.read and os.path.isdir(path):
            self.folders[path] = reference.beside
        for one in reference.files():
            # An empty folder needs no file; there is nothing to send.
            if not (reference.form == references.FOLDER and os.path.isdir(one)):
                self.add(one, reference.kind, reference.user, reference.owner, used=reference.used)
        self._needs.add(reference)

    def listed(self):
        for path, file in self.found.items():
            frames = self._needs.of(path)
            if frames is not None:
                file["frames"] = frames
        return sorted(self.found.values(), key=lambda f: f["path"])


def trace_files(frames):
    name = value_of("SceneName", arguments()[1:])
    files = Files(frames, bpy.data.scenes[name] if name else bpy.context.scene)
    for lib in scenefiles.libraries():
        files.add(scenefiles.library_file(lib), "library", lib.name, scenefiles.parent_file(lib))
    for reference in references.every():
        files.add_reference(reference)
    _trace_colours(files)
    _trace_the_rest(files)
    return files


def _trace_colours(files):
    """The colour configuration that this Blender was told to use, with all in its folder."""
    config = colours.config()
    if config:
        folder = os.path.dirname(config)
        files.folders[folder] = None
        for path in colours.files(config):
            files.add(path, "ocio", "colour management", scenefiles.main_blend())


def _trace_the_rest(files):
    """Whatever Blender itself lists and nothing above found."""
    packed = _packed()
    for path in bpy.utils.blend_paths(absolute=True, packed=False, local=False):
        path = os.path.normpath(path)
        if "<UDIM>" in path or "<UVTILE>" in path or path in files.found or path in files.known:
            continue
        if path in packed:
            continue
        if path.startswith("//") or not os.path.isabs(path):
            continue
        if _is_spelling_of_known(path, files):
            continue
        files.add(path, "other", "", scenefiles.main_blend(), supported=False)


def _packed():
    """Where what is packed into the .blend came from: Blender lists packed sounds all the same."""
    packed = set()
    for name in ("images", "sounds", "fonts", "volumes"):
        for block in getattr(bpy.data, name):
            if getattr(block, "packed_file", None) and block.filepath:
                packed.add(scenefiles.absolute(block.filepath, block.library))
    return packed


def _is_spelling_of_known(path, files):
    """Blender lists C:\\x as /c/x on POSIX systems; such a file is in the list already."""
    return any(
        scenefiles.is_windows_path(known)
        and path.casefold() in ("/" + known[0] + known[2:].replace("\\", "/")).casefold()
        for known in list(files.found) + list(files.known)
    )


def arguments():
    """What follows "--" in Blender's command line: the file and values."""
    return sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []


def value_of(name, assignments):
    """The last value of a name, empty if there is none."""
    return ([""] + [a[len(name) + 1 :] for a in assignments if a.startswith(name + "=")])[-1]


def frames_to_trace(scenes):
    ranges = ["%d-%d" % (scene["start"], scene["end"]) for scene in scenes]
    return frameneeds.frames_of(value_of("Frames", arguments()[1:]) or ",".join(ranges))


brought = set()  # features that the job's own add-ons bring, which no node needs to have


def facts_of(scene):
    facts = scenefacts.scene_facts(scene)
    facts["features"] = [feature for feature in facts["features"] if feature not in brought]
    return facts


def trace():
    if arguments():
        file = os.path.abspath(arguments()[0])
        error = _enable_addons() or _open(file) or _moved() or _override(arguments()[1:])
        if error:
            return {"version": 1, "blender": bpy.app.version_string, "error": error}
    scenes = [facts_of(scene) for scene in bpy.data.scenes if not scene.library]
    active = facts_of(bpy.context.scene)
    saved = "%d.%d" % max([tuple(bpy.data.version[:2])] + scenefacts.library_versions())
    frames = frames_to_trace(scenes)
    files = trace_files(frames)
    return {
        "version": 1,
        "blender": bpy.app.version_string,
        "saved": saved,
        "file": scenefiles.main_blend(),
        "active": active["name"],
        "scene": active,
        "scenes": scenes,
        "requires": {"atLeast": saved, "features": active["features"]},
        "files": files.listed(),
        "folders": [{"path": path, "beside": beside} for path, beside in files.folders.items()],
        "frames": frameneeds.expression(frames),
        "colours": colours.config(),
        "simulations": traps.simulations(),
        "scripts": traps.scripts(),
        "absent": traps.absent(),
        "warnings": scenefacts.warnings() + colours.problems(colours.config()),
    }


def _enable_addons():
    before = addons.engines()
    for path in filter(None, os.environ.get("BLENDERER_ADDON_PATHS", "").split("\n")):
        problem = addons.enable(path)
        if problem:
            return {
                "code": "addon-failed",
                "message": "the add-on '%s' cannot be enabled in Blender %s: %s"
                % (path, bpy.app.version_string, problem),
            }
    brought.update(engine.lower() for engine in addons.engines() - before)
    return None


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


def _moved():
    """Follows the path map of a scene that lies not where its paths were written (trace.sh)."""
    path_map = os.environ.get("BLENDERER_PATH_MAP", "")
    if path_map:
        try:
            paths.rewrite(paths.PathMap(path_map, scenefiles.main_blend()))
        except LookupError as error:
            return {"code": "scene-unreadable", "message": str(error)}
    return None


def _override(assignments):
    """Makes the chosen scene what it will be. Returns an error or None."""
    name = value_of("SceneName", assignments)
    scene = bpy.data.scenes.get(name) if name else bpy.context.scene
    if scene is None:
        return {
            "code": "no-such-scene",
            "message": "The file has no scene '%s'; it has %s"
            % (name, ", ".join("'%s'" % s.name for s in bpy.data.scenes)),
        }
    try:
        values = [text for text in assignments if not text.startswith(("SceneName=", "Frames="))]
        overrides.apply(scene, overrides.parse(values))
    except overrides.Refused as refused:
        return {"code": refused.code, "message": refused.sentence}
    return None


line = json.dumps(trace())
# What Blender printed may lack its line end.
sys.stdout.write("\nBLENDERER_TRACE " + line + "\n")
sys.stdout.flush()
