"""Reads Blender's own output: progress, errors, and what is worth keeping in the log."""

import re

_FRAME = re.compile(r"Fra: ?-?\d+")
_SAMPLE = re.compile(r"(?:Sample|Path Tracing Sample|Rendering) (\d+) ?/ ?(\d+)")
_TILES = re.compile(r"(?:Rendered|Path Tracing Tile|Tile) (\d+) ?/ ?(\d+)")
_REMAINING = re.compile(r"Remaining: ?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")
_LAYER = re.compile(r"\| ([^|]+), ([^|]+) \| [^|]*$")
_ERROR = re.compile(
    r"^(?:[\d:.]+ +\S+ +\| )?(?:Error|ERROR): |No space left|out of disk space"
    r"|libpng error: Write Error|Build without|build has no OpenImageDenoise|cannot save"
)


class Progress:
    """The state of one frame, fed line by line from the thread that reads Blender's output."""

    def __init__(self, layers):
        """layers: the names of the view layers that will be rendered, in order."""
        self.layers = layers
        self.percent = 0.0
        self.remaining = None
        self.errors = []

    def feed(self, line):
        """Takes one line. Returns True if it was only progress and need not be logged."""
        if _ERROR.search(line):
            if len(self.errors) < 20:
                self.errors.append(line.strip())
            return False
        if not _FRAME.search(line):
            return False
        part = _part_done(line)
        if part is not None:
            layer = _LAYER.search(line)
            index = 0
            if layer and layer[2].strip() in self.layers:
                index = self.layers.index(layer[2].strip())
            percent = 100.0 * (index + part) / max(1, len(self.layers))
            self.percent = max(self.percent, min(100.0, percent))
        remaining = _REMAINING.search(line)
        if remaining:
            hours, minutes, seconds = remaining.groups()
            self.remaining = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
        return True


def _part_done(line):
    sample = _SAMPLE.search(line)
    tiles = _TILES.search(line)
    within = int(sample[1]) / max(1, int(sample[2])) if sample else None
    if not tiles:
        return within
    done, total = int(tiles[1]), max(1, int(tiles[2]))
    if within is None or done == total:
        return done / total
    return min(1.0, (max(0, done - 1) + within) / total)


def failure_of(texts, scene, frame):
    """(code, sentence) for what Blender said when a frame failed."""
    text = "\n".join(texts)
    low = text.lower()
    if "no camera" in low:
        return "no-camera", "Scene '%s' has no camera: set one and submit again" % scene
    if "build without openimagedenoise" in low or "build has no openimagedenoise" in low:
        return (
            "denoiser-absent",
            "Scene '%s' denoises, and this node's Blender was built without OpenImageDenoise:"
            " render it on another node or turn denoising off" % scene,
        )
    if "no space left" in low or "out of disk space" in low or "libpng error: write error" in low:
        return "disk-full", "The disk was full when frame %d was written" % frame
    if "engine not found" in low:
        return (
            "engine-absent",
            "Scene '%s' uses a render engine that this node's Blender does not have: %s"
            % (scene, _first_line(texts)),
        )
    if "cannot save" in low or "cannot open file for writing" in low:
        return "output-unwritable", "Frame %d could not be written: %s" % (frame, _first_line(texts))
    return "render-error", "Blender could not render frame %d: %s" % (frame, _first_line(texts))


def _first_line(texts):
    for text in texts:
        for line in text.splitlines():
            if line.strip():
                return line.strip()[:300]
    return "it said nothing"
