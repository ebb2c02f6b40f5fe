"""The driver's side of the talk with the shells of session.sh.

Blender's own text arrives through a FIFO and is read by a thread here (an operator that renders
releases Python's lock, so the thread runs meanwhile); every line a run prints is written here, so
none is ever glued to another.
"""

import collections
import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import tempfile
import threading
import time

import progress

_MARK = b"\x1emark "
LEASH_GONE = 70
ASKER_GONE = 71


def hold_leash(path):
    """Ends this process at once, even in mid-frame, when the node closes the FIFO or dies."""
    if not path:
        return

    def watch():
        try:
            with open(path, "rb", buffering=0) as leash:
                while leash.read(64):
                    pass
        except OSError:
            pass
        os._exit(LEASH_GONE)

    threading.Thread(target=watch, name="leash", daemon=True).start()


def memory_mb():
    """The memory this process holds now, in MB."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1e6 if sys.platform == "darwin" else peak / 1e3


class Talk:
    """Owns the reply that is open now. Lines said while none is open wait for the next one."""

    def __init__(self, out_fifo):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        # Whether a shader of EEVEE or Workbench did not compile: what it covers is pink.
        self.shader_failed = False
        self._lock = threading.Lock()
        self._reply = None
        self._early = collections.deque(maxlen=500)
        self._frame = None  # (number, Progress) while one renders
        self._loading = False
        self._chunk = (0, 1)  # frames done, frames in all
        self._last_live = 0.0
        self._last_percent = -1
        self._marks = 0
        self._mark_seen = threading.Condition()
        self._marks_seen = 0
        self._libc = ctypes.CDLL(None)
        self._in = os.open(out_fifo, os.O_RDONLY)
        try:  # room for what is printed while Python's lock is held and nobody reads
            fcntl.fcntl(self._in, getattr(fcntl, "F_SETPIPE_SZ", 1031), 1 << 20)
        except OSError:
            pass
        threading.Thread(target=self._pump, name="output", daemon=True).start()

    @property
    def reply_fd(self):
        return self._reply

    def open_reply(self, path_or_fd):
        fd = path_or_fd if isinstance(path_or_fd, int) else os.open(path_or_fd, os.O_WRONLY)
        with self._lock:
            self._reply = fd
            while self._early:
                self._write(self._early.popleft())

    def close_reply(self):
        self.sync()
        with self._lock:
            os.close(self._reply)
            self._reply = None

    def say(self, text):
        """One line for the node or the log."""
        with self._lock:
            self._write(text)

    def fail(self, code, sentence):
        self.sync()
        self.say("openjd_fail: [%s] %s" % (code, " ".join(sentence.split())))

    def begin_chunk(self, done, total):
        self._chunk = (done, max(1, total))
        self._last_percent = -1

    def begin_frame(self, number, state):
        self._frame = (number, state)
        self._last_live = 0.0
        self.say("openjd_status: frame %d (%d of %d)" % (number, self._chunk[0] + 1, self._chunk[1]))

    def end_frame(self):
        """Waits until everything Blender printed has been read."""
        self.sync()
        self._frame = None

    def frame_done(self):
        self._chunk = (self._chunk[0] + 1, self._chunk[1])
        self._say_percent(0)

    def sync(self):
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        self._libc.fflush(None)
        self._marks += 1
        os.write(1, b"\n%s%d\n" % (_MARK, self._marks))
        with self._mark_seen:
            self._mark_seen.wait_for(lambda: self._marks_seen >= self._marks, timeout=30)

    @contextlib.contextmanager
    def indented(self):
        """Sets off what Blender prints meanwhile: before the paths are right it complains of files
        that will be found, and nobody shall take that for the frame's fault."""
        self.sync()
        self._loading = True
        try:
            yield
        finally:
            self.sync()
            self._loading = False

    @contextlib.contextmanager
    def aside(self):
        """Collects what Blender prints in a file meanwhile, and logs it after.

        For calls that keep Python's lock: the reading thread stands still during them, and a full
        pipe would then stop Blender for ever.
        """
        self.sync()
        with tempfile.TemporaryFile() as file:
            kept = os.dup(1), os.dup(2)
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            try:
                yield
            finally:
                for stream in (sys.stdout, sys.stderr):
                    if stream is not None:
                        stream.flush()
                self._libc.fflush(None)
                for target, fd in zip((1, 2), kept):
                    os.dup2(fd, target)
                    os.close(fd)
                file.seek(0)
                for line in file:
                    self._log(line)

    def _pump(self):
        rest = b""
        while True:
            data = os.read(self._in, 1 << 16)
            if not data:
                return
            lines = (rest + data).replace(b"\r", b"\n").split(b"\n")
            rest = lines.pop()
            for line in lines:
                if line.startswith(_MARK):
                    with self._mark_seen:
                        self._marks_seen = int(line[len(_MARK) :])
                        self._mark_seen.notify_all()
                else:
                    self._log(line)

    def _log(self, raw):
        line = raw.decode("utf-8", "replace").rstrip()
        if not line:
            return
        if "gpu.shader" in line or "GPUShader" in line:
            self.shader_failed = True
        frame = self._frame
        if frame is not None and frame[1].feed(line):
            self._live(*frame)
        elif frame is not None or not line.startswith("Fra:"):
            # Only this driver speaks to the node: a line of the scene's must not pass for ours.
            if self._loading or line.startswith(("openjd_", "blenderer_")):
                line = " " + line
            self.say(line)

    def _live(self, number, state):
        now = time.monotonic()
        if now - self._last_live < 0.5:
            return
        self._last_live = now
        remaining = "-" if state.remaining is None else "%.1f" % state.remaining
        self.say(
            "blenderer_frame: %d %.1f %s %.0f" % (number, state.percent, remaining, memory_mb())
        )
        self._say_percent(state.percent)

    def _say_percent(self, percent_of_frame):
        done, total = self._chunk
        percent = int((100 * done + percent_of_frame) / total)
        if percent > self._last_percent:
            self._last_percent = percent
            self.say("openjd_progress: %d" % min(100, percent))

    def _write(self, text):
        if self._reply is None:
            self._early.append(text)
            return
        data = text.encode("utf-8", "replace") + b"\n"
        try:
            while data:
                data = data[os.write(self._reply, data) :]
        except OSError:
            os._exit(ASKER_GONE)  # the run was cancelled: nobody wants the rest of the frame


def progress_for(scene):
    layers = [layer.name for layer in scene.view_layers if layer.use]
    return progress.Progress(layers)
