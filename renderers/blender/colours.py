"""The colour configuration (OpenColorIO) that replaces Blender's own: the variable OCIO names it.

Its folder holds the tables that it refers to, by names that are resolved below its search path.
"""

import os
import re

import scenefiles

# A configuration with more than that around it lies in a folder that is no configuration's.
MOST_FILES = 5000
_SEARCH = re.compile(r"^search_path:[ \t]*(.*(?:\n[ \t]*-[^\n]*)*)", re.MULTILINE)


def config():
    """The absolute path of the configuration's file; None: Blender's own is used."""
    named = os.environ.get("OCIO", "")
    # "ocio://..." are configurations that are part of the library itself.
    if not named or "://" in named or not os.path.isfile(named):
        return None
    return os.path.abspath(named)


def files(config_file):
    """The configuration and everything in its folder; an archive is whole by itself."""
    if not config_file.lower().endswith(".ocio"):
        return [config_file]
    return scenefiles.folder_members(os.path.dirname(config_file))


def problems(config_file):
    """[{code, message}] of what keeps the configuration from working elsewhere."""
    named = os.environ.get("OCIO", "")
    if config_file is None:
        if named and "://" not in named:
            return [_problem("ocio-missing", "the variable OCIO names '%s', which is not there" % named)]
        return []
    found = []
    members = files(config_file)
    if len(members) > MOST_FILES:
        found.append(
            _problem(
                "ocio-folder",
                "the folder of the colour configuration '%s' holds %d files: put the configuration and"
                " its tables into a folder of their own" % (config_file, len(members)),
            )
        )
    folder = os.path.realpath(os.path.dirname(config_file))
    for path in _search_path(config_file):
        place = os.path.realpath(os.path.join(folder, path))
        if place != folder and not place.startswith(folder + os.sep):
            found.append(
                _problem(
                    "ocio-outside",
                    "the colour configuration '%s' searches its tables in '%s', outside its folder:"
                    " put them beside it" % (config_file, path),
                )
            )
    return found


def _search_path(config_file):
    if not config_file.lower().endswith(".ocio"):
        return []
    with open(config_file, encoding="utf-8", errors="replace") as file:
        match = _SEARCH.search(file.read())
    if not match:
        return []
    entries = re.split(r"\n[ \t]*-|:", match[1])
    return [entry.strip().strip("\"'") for entry in entries if entry.strip().strip("\"'")]


def _problem(code, message):
    return {"code": code, "message": message}
