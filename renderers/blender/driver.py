"""A Blender that loads a scene once and renders the frames it is asked for.

Started by keep.sh; speaks through the FIFOs that session.sh describes. The same code renders in a
cold session, where it is given its frames at the start (BLENDERER_ONCE) and ends after them.
"""

import json
import os
import re
import sys
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import bpy  # noqa: E402

import addons  # noqa: E402
import blendfile  # noqa: E402
import jobfiles  # noqa: E402
import look  # noqa: E402
import movies  # noqa: E402
import outputs  # noqa: E402
import overrides  # noqa: E402
import paths  # noqa: E402
import progress  # noqa: E402
import scenefacts  # noqa: E402
import scenefiles  # noqa: E402
import talk as talking  # noqa: E402
import textures  # noqa: E402

_RANGE = re.compile(r"\s*(-?\d+)\s*(?:-\s*(-?\d+)\s*(?::\s*(-?\d+)\s*)?)?\Z")


class Failed(Exception):
    """A failure that a person reads: a stable code and one sentence."""

    def __init__(self, code, sentence):
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


def frames_of(expression):
    """The frames of a range expression such as -3--1,5-9:2, in its own order."""
    frames = []
    for part in expression.split(","):
        match = _RANGE.match(part)
        if not match:
            raise Failed("bad-frames", "'%s' is no range of frames" % expression)
        first = int(match[1])
        last = first if match[2] is None else int(match[2])
        step = 1 if match[3] is None else int(match[3])
        if step == 0:
            raise Failed("bad-frames", "'%s' has a step of 0" % expression)
        frames.extend(range(first, last + (1 if step > 0 else -1), step))
    if not frames:
        raise Failed("bad-frames", "'%s' holds no frame" % expression)
    return frames


class Settings:
    """What session.sh says through the environment."""

    def __init__(self, env):
        self.state = env["BLENDERER_STATE"]
        self.scene_file = os.path.abspath(env["BLENDERER_SCENE"])
        self.path_map = env.get("BLENDERER_PATHMAP", "")
        self.addons = env.get("BLENDERER_ADDONS", "")
        self.allow_scripts = env.get("BLENDERER_ALLOW_SCRIPTS", "false") == "true"
        self.output = os.path.abspath(env["BLENDERER_OUTPUT"])
        self.scene_name = env.get("BLENDERER_SCENE_NAME", "")
        self.overrides = env.get("BLENDERER_OVERRIDES", "").splitlines()
        self.allow_missing = env.get("BLENDERER_ALLOW_MISSING", "false") == "true"
        self.recycle_mb = float(env.get("BLENDERER_RECYCLE_MB") or _half_of_memory_mb())
        self.recycle_minutes = float(env.get("BLENDERER_RECYCLE_MINUTES") or 240)


def _half_of_memory_mb():
    try:
        return max(4096.0, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2e6)
    except (ValueError, OSError, AttributeError):
        return 16384.0


def _has_room(folder):
    try:
        disk = os.statvfs(folder)
    except (OSError, AttributeError):
        return True
    # A file system that counts no blocks knows no end.
    return disk.f_blocks == 0 or disk.f_bavail > 0


class Driver:
    def __init__(self, settings, talk):
        self.settings = settings
        self.talk = talk
        self.redirection = None
        self.overrides = {}
        self.started = time.monotonic()
        self.frames_rendered = 0
        self.files = {}
        self.job_files = None
        self.textures = textures.Textures()

    # --- loading ---

    def enable_addons(self):
        """What the scene's add-ons register must be there before the scene is."""
        folder = os.path.join(os.path.dirname(os.path.abspath(self.settings.path_map)), "addons")
        for name in self.settings.addons.split():
            with self.talk.aside():
                problem = addons.enable(os.path.join(folder, name))
            if problem:
                raise Failed(
                    "addon-failed",
                    "The add-on '%s' cannot be enabled in Blender %s: %s"
                    % (name, bpy.app.version_string, problem),
                )
            self.talk.say("Enabled the add-on '%s'" % name)

    def load(self):
        name = os.path.basename(self.settings.scene_file)
        self._refuse_unreadable(name)
        path_map = self._read_path_map()
        with self.talk.indented():
            rewritten = self._open(name, path_map)
            with self.talk.aside():
                self._rewrite_paths(path_map, rewritten)
        self._refuse_missing()
        scene = self.scene()
        # As -S does. Freestyle draws other lines in a scene that is not the active one (3.4.1).
        for window in bpy.context.window_manager.windows:
            window.scene = scene
        self.overrides = overrides.parse(self.settings.overrides)
        if scenefacts.is_movie(scene) and "ImageFormat" in self.overrides:
            movies.become_images(scene)
        overrides.apply(scene, self.overrides)
        for field, value in self.overrides.items():
            self.talk.say("Not as the scene has it: %s %s" % (field, value))
        self._refuse_movie(scene)
        self.redirection = outputs.Redirection(scene, self.settings.output)
        self.redirection.redirect_nodes()
        os.makedirs(self.settings.output, exist_ok=True)
        self.files = outputs.listing(self.settings.output)
        self.textures = textures.Textures()
        if bpy.app.autoexec_fail:
            self.talk.say(
                "Scripts in the scene are off, and it has some: %s" % bpy.app.autoexec_fail_message
            )
        self.talk.say(
            "Loaded '%s', scene '%s', engine %s" % (name, scene.name, scene.render.engine)
        )

    def _open(self, name, path_map):
        rewritten = []

        @bpy.app.handlers.persistent
        def before_evaluation(*_):
            try:
                rewritten.extend(paths.rewrite_bakes(path_map))
            except Exception:
                traceback.print_exc()  # the rest is rewritten later, and what is wrong is said then

        bpy.app.handlers.load_post.append(before_evaluation)
        try:
            bpy.ops.wm.open_mainfile(
                filepath=self.settings.scene_file, use_scripts=self.settings.allow_scripts
            )
        except RuntimeError as error:
            raise Failed(
                "scene-unreadable",
                "'%s' could not be opened: %s. Save it again in Blender and submit again"
                % (name, str(error).replace("Error: ", "").strip()),
            ) from None
        finally:
            if before_evaluation in bpy.app.handlers.load_post:  # the scene's scripts may clear it
                bpy.app.handlers.load_post.remove(before_evaluation)
        if os.path.realpath(bpy.data.filepath) != os.path.realpath(self.settings.scene_file):
            raise Failed("scene-unreadable", "Blender did not open '%s'" % name)
        return rewritten

    def _refuse_unreadable(self, name):
        try:
            version = blendfile.saved_version(self.settings.scene_file)
        except blendfile.NotABlend as error:
            raise Failed(
                "scene-unreadable", "'%s' %s: save it again and submit again" % (name, error)
            ) from None
        except OSError as error:
            raise Failed(
                "scene-unreadable", "'%s' could not be read: %s" % (name, error.strerror)
            ) from None
        if version is not None and version > tuple(bpy.app.version[:2]):
            raise Failed(
                "scene-newer",
                "'%s' was saved by Blender %d.%d, and this node has %s: it needs a node with"
                " Blender %d.%d or newer" % ((name,) + version + (bpy.app.version_string,) + version),
            )

    def _read_path_map(self):
        try:
            path_map = paths.PathMap(self.settings.path_map, self.settings.scene_file)
            self.job_files = jobfiles.JobFiles(path_map, self.settings.path_map)
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise Failed("path-map-unreadable", "The job's path map is damaged: %s" % error) from None
        return path_map

    def _rewrite_paths(self, path_map, rewritten):
        try:
            rewritten = rewritten + paths.rewrite(path_map)
        except LookupError as error:
            raise Failed("scene-unreadable", str(error)) from None
        for what, old, new in rewritten:
            place = os.path.relpath(new, path_map.root)
            self.talk.say("Path of %s: %s -> %s" % (what, *map(scenefiles.shown, (old, place))))
        self.job_files.remember_lists()

    def _refuse_missing(self):
        missing = self.job_files.missing()
        for kind, path, user in missing:
            self.talk.say(
                "Missing %s: '%s' (used by '%s')" % (kind, scenefiles.shown(path), user)
            )
        if not missing or self.settings.allow_missing:
            return
        more = " and %d more" % (len(missing) - 1) if len(missing) > 1 else ""
        kind, path, _ = min(missing, key=lambda m: m[0] != "library")
        code = "missing-library" if kind == "library" else "missing-file"
        raise Failed(
            code,
            "The scene's %s '%s'%s is not among the job's files: submit again with it,"
            " or allow missing files" % (kind, path, more),
        )

    def _see_new_files(self, frames):
        """The node brings what further frames need while this Blender waits."""
        absent = self.job_files.absent(frames)
        if absent:
            raise Failed(
                "files-absent",
                "The node did not bring '%s'%s, which these frames need"
                % (absent[0], " and %d more" % (len(absent) - 1) if len(absent) > 1 else ""),
            )
        if self.job_files.have_lists_grown():
            self.talk.say("New files of a cache came: the scene is loaded again")
            self.load()

    def _refuse_movie(self, scene):
        if scenefacts.is_movie(scene):
            raise Failed(
                "movie-output",
                "Scene '%s' writes a movie (%s), which cannot be split into frames: choose an"
                " image format with --format PNG, or --video mp4, and submit again"
                % (scene.name, scene.render.image_settings.file_format),
            )

    def scene(self):
        wanted = self.settings.scene_name
        if not wanted:
            return bpy.context.scene
        scene = bpy.data.scenes.get(wanted)
        if scene is None:
            raise Failed(
                "no-such-scene",
                "The file has no scene '%s'; it has %s"
                % (wanted, ", ".join("'%s'" % s.name for s in bpy.data.scenes)),
            )
        return scene

    # --- rendering ---

    def render(self, frames, done=0):
        """Renders the frames; may restart this process in between and then does not return."""
        self._see_new_files(frames)
        total = done + len(frames)
        self.talk.begin_chunk(done, total)
        for index, frame in enumerate(frames):
            if self._is_worn_out():
                self._restart(frames[index:], done + index)
            self._render_frame(frame)
            self.frames_rendered += 1
            self.talk.frame_done()

    def _render_frame(self, frame):
        scene = self.scene()
        overrides.apply(scene, self.overrides)
        expected = self.redirection.apply(scene, frame)
        state = talking.progress_for(scene)
        self.talk.begin_frame(frame, state)
        began = time.monotonic()
        raised = []
        result = set()
        try:
            scene.frame_set(frame)
            # A still, not an animation of one frame: an animation has no negative frames, and this
            # leaves the scene's own frame range alone, which drivers may read.
            result = bpy.ops.render.render(write_still=True, scene=scene.name)
        except RuntimeError as error:
            raised.append(str(error).replace("Error: ", "").strip())
        self.talk.end_frame()
        if raised or state.errors:
            raise Failed(*progress.failure_of(raised + state.errors, scene.name, frame))
        if "FINISHED" not in result:
            raise Failed("render-cancelled", "Frame %d was cancelled inside Blender" % frame)
        written = self._collect(scene, frame, expected)
        self.talk.say(
            "Frame %d: %.2f s, %.0f MB" % (frame, time.monotonic() - began, talking.memory_mb())
        )
        self._say_look(scene, frame, expected, written)
        self.talk.say("blenderer_done: %d %s" % (frame, json.dumps(written, ensure_ascii=False)))

    def _say_look(self, scene, frame, expected, written):
        """Never fails a frame: the files are there."""
        main = os.path.relpath(expected, self.settings.output).replace(os.sep, "/")
        about = {"image": main if main in written else written[0]}
        try:
            about["program"] = look.program()
            about["device"] = look.device(scene)
            if not self.talk.shader_failed and self.textures.surely_read(scene, frame):
                about["textures"] = "read"
            if not look.is_shown_as_it_is(scene):
                shown = os.path.join(self.settings.state, "shown-%d.png" % frame)
                with self.talk.aside():
                    if look.write_shown(scene, shown):
                        about["shown"] = os.path.relpath(
                            shown, os.environ["OPENJD_SESSION_WORKING_DIR"]
                        ).replace(os.sep, "/")
        except Exception as error:
            self.talk.say("Frame %d cannot be shown: %r" % (frame, error))
        self.talk.say("blenderer_look: %d %s" % (frame, json.dumps(about, ensure_ascii=False)))

    def _collect(self, scene, frame, expected):
        after = outputs.listing(self.settings.output)
        written = outputs.changed(self.files, after)
        self.files = after
        main = os.path.relpath(expected, self.settings.output).replace(os.sep, "/")
        if not written or (main not in written and not scene.render.use_multiview):
            raise Failed("no-output", "Blender wrote no image for frame %d (%s)" % (frame, main))
        if not _has_room(self.settings.output):
            # Blender may have said "Saved" all the same: an EXR's last blocks are missing then, and
            # from Blender 4 on a PNG's, too.
            raise Failed("disk-full", "The disk was full when frame %d was written" % frame)
        for path in written:
            if after[path][1] == 0:
                raise Failed("empty-output", "'%s' of frame %d is empty" % (path, frame))
        return written

    def _is_worn_out(self):
        if self.frames_rendered == 0:
            return False
        minutes = (time.monotonic() - self.started) / 60
        return (
            minutes > self.settings.recycle_minutes
            or talking.memory_mb() > self.settings.recycle_mb
        )

    def _restart(self, frames, done):
        """Becomes a fresh Blender with the same process id and the same open reply."""
        self.talk.say("Blender starts afresh (%.0f MB)" % talking.memory_mb())
        self.talk.sync()
        os.set_inheritable(self.talk.reply_fd, True)
        resume = {"reply": self.talk.reply_fd, "id": self.reply_id, "frames": frames, "done": done}
        os.environ["BLENDERER_RESUME"] = json.dumps(resume)
        os.execv(os.environ["BLENDERER_RENDERER"], sys.argv)

    # --- requests ---

    def answer(self, reply_id, work):
        """Runs work() and closes the reply with its status. Returns whether it went well."""
        self.reply_id = reply_id
        status = "failed"
        try:
            work()
            status = "ok"
        except (Failed, overrides.Refused) as failure:
            self.talk.end_frame()
            self.talk.fail(failure.code, failure.sentence)
        except Exception as error:  # the one who asked must hear of it in every case
            self.talk.end_frame()
            traceback.print_exc()
            self.talk.fail("driver-error", "The Blender driver failed: %r" % error)
        self._put_status(reply_id, status)
        self.talk.close_reply()
        return status == "ok"

    def _put_status(self, reply_id, status):
        path = os.path.join(self.settings.state, "status." + reply_id)
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(status)
        os.replace(path + ".new", path)

    def serve(self):
        """Answers the runs one after the other, for ever."""
        with open(os.path.join(self.settings.state, "requests"), "r+b", buffering=0) as requests:
            rest = b""
            while True:
                rest += requests.read(1 << 16)
                while b"\n" in rest:
                    line, rest = rest.split(b"\n", 1)
                    reply_id, expression = line.decode("utf-8").split(" ", 1)
                    self.talk.open_reply(os.path.join(self.settings.state, "reply." + reply_id))
                    self.answer(reply_id, lambda e=expression: self.render(frames_of(e)))


def main():
    talking.hold_leash(os.environ.get("BLENDERER_LEASH"))
    settings = Settings(os.environ)
    talk = talking.Talk(os.path.join(settings.state, "out"))
    driver = Driver(settings, talk)
    resume = json.loads(os.environ.pop("BLENDERER_RESUME", "null"))
    once = os.environ.get("BLENDERER_ONCE")
    if resume:
        os.set_inheritable(resume["reply"], False)
        talk.open_reply(resume["reply"])
    else:
        talk.open_reply(os.path.join(settings.state, "reply." + os.environ["BLENDERER_REPLY"]))

    def work():
        driver.enable_addons()
        driver.load()
        if resume:
            driver.render(resume["frames"], resume["done"])
        elif once:
            driver.render(frames_of(once))

    reply_id = resume["id"] if resume else os.environ["BLENDERER_REPLY"]
    went_well = driver.answer(reply_id, work)
    if once or not went_well:
        os._exit(0)  # Blender's own way out takes time and may crash
    driver.serve()


if __name__ == "__main__":
    try:
        main()
    except Exception:
        # The reading thread may have taken what went to stderr: leave the reason where it is shown.
        with open(os.path.join(os.environ["BLENDERER_STATE"], "keep.log"), "a", encoding="utf-8") as log:
            traceback.print_exc(file=log)
        os._exit(3)
