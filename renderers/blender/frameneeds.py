"""Which files of a sequence or cache a frame reads.

Each function here gives needs(frame), a set of paths, or None where that cannot be told for sure;
then every frame needs every file. The rules are those of Blender 3.4 and 4.3: a number is computed
as Blender does it, and a frame gets a file too many rather than one too few.
"""

import math
import os
import re

import bpy

import references
import scenefiles

_CACHE_FILE = re.compile(r"(.*)_(\d{6})(_\d+)?(\.[A-Za-z]+)")
_FLUID_FILE = re.compile(r"(.*)_(-?\d{4,})(\..+)")
_OCEAN_FILE = re.compile(r"(disp|normal|foam|spray|spray_inverse)_(\d{4,})(\.\w+)")
_RANGE = re.compile(r"(-?\d+)(?:-(-?\d+)(?::(-?\d+))?)?")
MOST_FRAMES = 20000
_SIDES = (math.floor, math.ceil)
# What moves the numbers of a sequence when it is animated or driven.
_MOVING = ("frame_", "use_cyclic", "sequence_mode", "image_user", "animation_offset", "speed")


def certain(rendered):
    """False if time runs in a way that is not followed here, when this scene is rendered."""
    for scene in bpy.data.scenes:
        if scene.render.frame_map_old != scene.render.frame_map_new:
            return False
    # A strip shows another scene at another time.
    if rendered.render.use_sequencer:
        if any(strip.type == "SCENE" for strip in references.strips_of(rendered)):
            return False
    return not _is_animated()


def _is_animated():
    for action in bpy.data.actions:
        if not hasattr(action, "fcurves"):
            return True
        if any(_moves(curve.data_path) for curve in action.fcurves):
            return True
    blocks = [tree for tree, _ in references.node_trees()]
    for name in ("textures", "volumes", "movieclips", "scenes"):
        blocks.extend(getattr(bpy.data, name))
    for block in blocks:
        data = getattr(block, "animation_data", None)
        if data and any(_moves(driver.data_path) for driver in data.drivers):
            return True
    return False


def _moves(path):
    return any(word in path for word in _MOVING)


def around(frame):
    """The whole frames whose data Blender may look at for one picture: motion reaches further."""
    reach = 0
    for scene in bpy.data.scenes:
        render, eevee = scene.render, getattr(scene, "eevee", None)
        if render.use_motion_blur:
            reach = max(reach, render.motion_blur_shutter)
        if getattr(eevee, "use_motion_blur", False):
            reach = max(reach, getattr(eevee, "motion_blur_shutter", 1))
        if any(layer.use_pass_vector for layer in scene.view_layers):
            reach = max(reach, 1)
    reach = math.ceil(reach)
    return range(frame - reach, frame + reach + 1)


def _reach_of(numbers):
    """numbers(frame) for every frame that the picture of a frame looks at."""
    return lambda frame: {n for one in around(frame) for n in numbers(one)}


def _members(reference, numbers):
    """needs() of a sequence: numbers(frame) are those in the file names.

    The file that the scene itself names is always among them: Blender looks at it to learn what kind
    of pictures these are, and how large.
    """
    table = {}
    named = {path for path in reference.files() if path == reference.absolute}
    for path in reference.files():
        parts = scenefiles.numbered(os.path.basename(path))
        if parts:
            table.setdefault(int(parts[1]), set()).add(path)
    return lambda frame: named.union(*(table.get(number, ()) for number in numbers(frame)))


# --- images ---


def image_users():
    """{image: [what says which of its files a frame shows]} of all users that are understood."""
    users = {}
    for tree, _ in references.node_trees():
        for node in tree.nodes:
            image = getattr(node, "image", None)
            if image is None:
                continue
            if node.bl_idname == "CompositorNodeImage":
                users.setdefault(image, []).append(node)
            elif hasattr(node, "image_user"):
                users.setdefault(image, []).append(node.image_user)
    for texture in bpy.data.textures:
        if getattr(texture, "image", None) is not None:
            users.setdefault(texture.image, []).append(texture.image_user)
    for ob in bpy.data.objects:
        if ob.type == "EMPTY" and getattr(ob.data, "source", None):
            users.setdefault(ob.data, []).append(ob.image_user)
    for camera in bpy.data.cameras:
        for background in camera.background_images:
            if background.image is not None:
                users.setdefault(background.image, []).append(background.image_user)
    return users


def of_image(image, reference, users):
    known = users.get(image, [])
    if len(known) < image.users - (1 if image.use_fake_user else 0):
        return None  # somebody uses it who is not known here
    numbers = _reach_of(lambda frame: {n for user in known for n in _image_numbers(user, frame)})
    return _members(reference, numbers)


def _image_numbers(user, frame):
    if user.frame_duration <= 0:
        return {0, user.frame_offset}
    number = _number(user, frame)
    # Before its start a sequence shows its first file, which is 0 or 1. Without auto refresh some
    # engines keep the number that was saved with the scene.
    found = {number + user.frame_offset, max(1, number) + user.frame_offset}
    found.add(getattr(user, "frame_current", number + user.frame_offset))
    return found


def _number(user, frame):
    number = frame - user.frame_start + 1
    if user.use_cyclic:
        number %= user.frame_duration
        number = user.frame_duration if number == 0 else number
    return min(max(number, 0), user.frame_duration)


def shown_numbers(user, frame):
    """The numbers of the files that an image user shows in a frame, where that is sure; else none
    that there could be."""
    refreshes = getattr(user, "use_auto_refresh", True)
    number = _number(user, frame) if user.frame_duration > 0 and refreshes else 0
    return {number + user.frame_offset} if number > 0 else {-1}


def of_image_strip(scene, strip):
    """needs(frame) of the indexes of a strip's elements; None: any."""
    if strip.use_reverse_frames or strip.strobe != 1 or getattr(strip, "retiming_keys", ()):
        return None
    for other in references.strips_of(scene):
        if other.type in ("SPEED", "META", "MULTICAM"):
            return None
    last = len(strip.elements) - 1
    cut = strip.animation_offset_start
    if strip.frame_duration != len(strip.elements) - cut - strip.animation_offset_end:
        return None  # it plays faster or slower than the scene
    start = strip.frame_start
    return lambda frame: {min(max(int(side(frame - start)) + cut, 0), last) for side in _SIDES}


def of_clip(clip, reference):
    for scene in bpy.data.scenes:
        if any(strip.type == "MOVIECLIP" for strip in references.strips_of(scene)):
            return None
    parts = scenefiles.numbered(os.path.basename(reference.absolute))
    if not parts:
        return None
    first = int(parts[1]) - clip.frame_start + clip.frame_offset
    return _members(reference, _reach_of(lambda frame: {first + frame}))


def of_volume(volume, reference):
    return _members(reference, _reach_of(lambda frame: _volume_numbers(volume, frame)))


def _volume_numbers(volume, frame):
    duration, mode = volume.frame_duration, volume.sequence_mode
    if duration <= 0:
        return set()
    number = frame - volume.frame_start + 1
    if mode == "CLIP" and not 1 <= number <= duration:
        return set()
    if mode == "EXTEND":
        number = min(max(number, 1), duration)
    elif mode == "REPEAT":
        number = number % duration or duration
    elif mode == "PING_PONG":
        period = max(1, 2 * duration - 2)
        number = number % period or period
        number = 2 * duration - number if number > duration else number
    return {number + volume.frame_offset}


# --- caches: the files that carry no number are needed by every frame ---


def _of_folder(reference, number_of, numbers):
    """needs() of a folder; number_of(name): (group, number) of a file, or None."""
    groups, always = {}, set()
    for path in reference.files():
        found = number_of(path)
        if found is None:
            always.add(path)
        else:
            groups.setdefault(found[0], {}).setdefault(found[1], set()).add(path)

    def needs(frame):
        paths = set(always)
        for table in groups.values():
            for number in numbers(frame, table):
                paths |= table.get(number, set())
        return paths

    return needs


def of_point_cache(reference):
    def number_of(path):
        match = _CACHE_FILE.fullmatch(os.path.basename(path))
        inside = os.path.dirname(path) == reference.absolute
        return ((match[1], match[3], match[4]), int(match[2])) if match and inside else None

    def numbers(frame, table):
        found = {min(table)}
        for one in around(frame):
            if one in table:
                found.add(one)
            else:  # Blender makes what lies between two files that are there
                found.update(sorted(n for n in table if n < one)[-1:])
                found.update(sorted(n for n in table if n > one)[:1])
        return found

    return _of_folder(reference, number_of, numbers)


def of_fluid(domain, reference):
    offset = getattr(domain, "cache_frame_offset", 0)
    first, last = domain.cache_frame_start, domain.cache_frame_end

    def number_of(path):
        match = _FLUID_FILE.fullmatch(os.path.basename(path))
        return ((os.path.dirname(path), match[1], match[3]), int(match[2])) if match else None

    def numbers(frame, table):
        # The neighbours too: what is simulated on the way goes on from the file before.
        wide = range(min(around(frame)) - 1, max(around(frame)) + 2)
        return {min(max(n - offset, first), last) for n in wide} | {n - offset for n in wide}

    return _of_folder(reference, number_of, numbers)


def of_ocean(modifier, reference):
    first, last = modifier.frame_start, modifier.frame_end

    def number_of(path):
        match = _OCEAN_FILE.fullmatch(os.path.basename(path))
        return (match[1], int(match[2])) if match else None

    def numbers(frame, table):
        wide = range(min(around(frame)) - 1, max(around(frame)) + 2)
        return {min(max(n, first), last) for n in wide}

    return _of_folder(reference, number_of, numbers)


# --- over all frames ---


class Needs:
    """Collects, file by file, which frames need it."""

    def __init__(self, frames, scene):
        self.frames = frames if certain(scene) else ()
        self._some = {}
        self._all = set()

    def add(self, reference):
        if reference.needs is None or not self.frames:
            self._all.update(reference.files())
            return
        for path in reference.files():
            self._some.setdefault(path, set())
        for frame in self.frames:
            for path in reference.needs(frame):
                self._some.setdefault(path, set()).add(frame)

    def of(self, path):
        """A range expression, empty for no frame; None: every frame."""
        if path in self._all or path not in self._some:
            return None
        frames = self._some[path]
        return None if len(frames) == len(self.frames) else expression(frames)


def frames_of(text):
    """The frames of a range expression such as -3--1,5-9:2; none if they are too many to look at."""
    frames = set()
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if not match:
            return []
        first, last, step = int(match[1]), int(match[2] or match[1]), int(match[3] or 1)
        if step == 0 or abs(last - first) > MOST_FRAMES * abs(step):
            return []
        frames.update(range(first, last + (1 if step > 0 else -1), step))
    return sorted(frames) if len(frames) <= MOST_FRAMES else []


def expression(frames):
    """Frames as a range expression, such as 1-3,7."""
    runs = []
    for frame in sorted(frames):
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    return ",".join(str(a) if a == b else "%d-%d" % (a, b) for a, b in runs)
