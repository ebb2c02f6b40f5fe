"""Everything outside the .blend that a loaded scene refers to, one Reference for each place that
names a file or folder. The trace lists their files, and the driver points them at the job's own.
"""

import os
import re

import bpy

import frameneeds
import scenefiles

FILE, SEQUENCE, TILES, FOLDER = "file", "sequence", "tiles", "folder"
BAKE = "nodes-bake"

_IMAGE_KINDS = {"FILE": "image", "MOVIE": "movie", "SEQUENCE": "sequence", "TILED": "udim"}
_INCLUDE = re.compile(r'^\s*#\s*include\s*["<]([^">]+)[">]', re.MULTILINE)


class Reference:
    """One place in the scene that names a file, many numbered files, tiles, or a folder.

    path: as the scene has it.  owner: the .blend it is relative to.  put(path): names another.
    used: False if no frame reads it.  needs(frame): which of files() a frame reads; None: any may.
    """

    def __init__(self, kind, user, path, block, put=None, form=FILE, used=True, needs=None):
        self.kind = kind
        self.user = user
        self.path = path
        self.owner = scenefiles.owner_file(block)
        self.library = getattr(block, "library", None)
        self.put = put
        self.form = form
        self.used = used
        self.needs = needs
        self.tiles = ()
        self.views = ()
        # The .blend whose name the folder carries: it moves and is renamed with it.
        self.beside = None
        # False: the scene names it, but reads nothing from it.
        self.read = True
        # Whether Blender makes a list of the files once, and must load again to see more.
        self.listed = False

    @property
    def absolute(self):
        return scenefiles.absolute(self.path, self.library)

    def files(self):
        """The absolute paths it stands for, existing or not."""
        path = self.absolute
        if not self.read:
            return []
        if self.form == SEQUENCE:
            return scenefiles.sequence_members(path)
        if self.form == TILES:
            return [scenefiles.tile_path(path, number) for number in self.tiles]
        if self.form == FOLDER:
            return scenefiles.folder_members(path) or [path]
        return [path] + [view for view in self.views if os.path.exists(view)]


def every():
    """All references but the libraries, which come first and by themselves."""
    for source in (
        _images,
        _fonts,
        _sounds,
        _clips,
        _cache_files,
        _volumes,
        _texts,
        _strips,
        _nodes,
        _modifiers,
        _point_caches,
    ):
        yield from source()


def _exists(path, _form):
    return os.path.exists(path)


def missing(has=_exists, used_only=True):
    """(kind, path, user) of each library, and each file of a used reference, that is not there.

    has(path, form): whether a file, folder or sequence counts as being there.
    """
    found = []
    for lib in scenefiles.libraries():
        path = scenefiles.library_file(lib)
        if not os.path.isfile(path):
            found.append(("library", path, lib.name))
    for reference in every():
        if reference.used or not used_only:
            for path in reference.files():
                if not has(path, reference.form) or _is_empty_image(reference, path):
                    found.append((reference.kind, path, reference.user))
    return found


def _is_empty_image(reference, path):
    """Of an empty image Blender makes pink without a word, as of a missing one."""
    images = reference.kind in _IMAGE_KINDS.values()
    return images and os.path.isfile(path) and os.path.getsize(path) == 0


def _setter(block, field):
    return lambda path: setattr(block, field, path)


def _images():
    users = None
    for image in bpy.data.images:
        packed = image.packed_file or len(getattr(image, "packed_files", ())) > 0
        if image.source not in _IMAGE_KINDS or not image.filepath or packed:
            continue
        reference = Reference(
            _IMAGE_KINDS[image.source],
            image.name,
            image.filepath,
            image,
            _setter(image, "filepath"),
            used=scenefiles.is_used(image),
        )
        if image.source == "SEQUENCE":
            if users is None:
                users = frameneeds.image_users()
            reference.form = SEQUENCE
            reference.needs = frameneeds.of_image(image, reference, users)
        elif image.source == "TILED":
            reference.form = TILES
            reference.tiles = [tile.number for tile in image.tiles]
        elif getattr(image, "use_multiview", False) and image.views_format == "INDIVIDUAL":
            reference.views = _views(reference.absolute)
        yield reference


def _views(path):
    """The files of the other eyes: the same name with another suffix."""
    suffixes = {view.file_suffix for scene in bpy.data.scenes for view in scene.render.views}
    stem, ending = os.path.splitext(path)
    own = next((s for s in sorted(suffixes, key=len, reverse=True) if s and stem.endswith(s)), "")
    base = stem[: len(stem) - len(own)]
    return sorted({base + suffix + ending for suffix in suffixes} - {path})


def _fonts():
    for font in bpy.data.fonts:
        if not font.packed_file and font.filepath and font.filepath != "<builtin>":
            used = scenefiles.is_used(font)
            yield Reference("font", font.name, font.filepath, font, _font_setter(font), used=used)


def _font_setter(font):
    def put(path):
        font.filepath = path
        # A text strip has the letters by now, and asks for them again when it is given its font.
        for scene in bpy.data.scenes:
            for strip in strips_of(scene):
                if strip.type == "TEXT" and strip.font == font:
                    strip.font = font

    return put


def _sounds():
    for sound in bpy.data.sounds:
        if not sound.packed_file and sound.filepath:
            # A frame has no sound: one that is missing spoils none.
            put = _setter(sound, "filepath")
            yield Reference("sound", sound.name, sound.filepath, sound, put, used=False)


def _clips():
    for clip in bpy.data.movieclips:
        if not clip.filepath:
            continue
        reference = Reference(
            "clip",
            clip.name,
            clip.filepath,
            clip,
            _setter(clip, "filepath"),
            used=scenefiles.is_used(clip),
        )
        if clip.source == "SEQUENCE":
            reference.form = SEQUENCE
            reference.needs = frameneeds.of_clip(clip, reference)
        yield reference


def _cache_files():
    for cache in bpy.data.cache_files:
        if cache.filepath:
            form = SEQUENCE if cache.is_sequence else FILE
            used = scenefiles.is_used(cache)
            put = _setter(cache, "filepath")
            yield Reference("cache", cache.name, cache.filepath, cache, put, form, used)
            for layer in getattr(cache, "layers", ()):
                if layer.filepath:
                    put = _setter(layer, "filepath")
                    yield Reference("cache", cache.name, layer.filepath, cache, put, used=used)


def _volumes():
    for volume in bpy.data.volumes:
        if volume.packed_file or not volume.filepath:
            continue
        reference = Reference(
            "volume",
            volume.name,
            volume.filepath,
            volume,
            _setter(volume, "filepath"),
            used=scenefiles.is_used(volume),
        )
        if volume.is_sequence:
            reference.form = SEQUENCE
            reference.needs = frameneeds.of_volume(volume, reference)
        yield reference


def _texts():
    for text in bpy.data.texts:
        if text.filepath and not text.is_in_memory:
            # The .blend holds a copy of its words.
            put = _setter(text, "filepath")
            yield Reference("text", text.name, text.filepath, text, put, used=False)


def strips_of(scene):
    editor = scene.sequence_editor
    if not editor:
        return []
    return list(editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all)


def _strips():
    for scene in bpy.data.scenes:
        for strip in strips_of(scene):
            used = scene.render.use_sequencer and not strip.mute
            if strip.type == "IMAGE":
                yield from _image_strip(scene, strip, used)
            elif strip.type == "MOVIE" and strip.filepath:
                put = _setter(strip, "filepath")
                reference = Reference("strip-movie", strip.name, strip.filepath, scene, put, used=used)
                if getattr(strip, "use_multiview", False) and strip.views_format == "INDIVIDUAL":
                    reference.views = _views(reference.absolute)
                yield reference


def _image_strip(scene, strip, used):
    # os.path.join would take an element's own slash for a new beginning.
    folder = strip.directory
    joined = folder if not folder or folder[-1] in "/\\" else folder + "/"
    needs = frameneeds.of_image_strip(scene, strip)
    for index, element in enumerate(strip.elements):
        reference = Reference(
            "strip-image",
            strip.name,
            joined + element.filename,
            scene,
            _element_setter(strip, element),
            used=used,
        )
        if needs:
            reference.needs = _element_needs(needs, index, reference)
        if getattr(strip, "use_multiview", False) and strip.views_format == "INDIVIDUAL":
            reference.views = _views(reference.absolute)
        yield reference


def _element_needs(needs, index, reference):
    return lambda frame: set(reference.files()) if index in needs(frame) else set()


def _element_setter(strip, element):
    def put(path):
        # All elements share one folder: what lies elsewhere is named from there.
        folder = scenefiles.absolute(strip.directory, strip.id_data.library)
        if element == strip.elements[0] or not os.path.isabs(folder):
            strip.directory = os.path.dirname(path) + "/"
            element.filename = os.path.basename(path)
        else:
            element.filename = os.path.relpath(path, folder)

    return put


def node_trees():
    """(tree, block that holds it) of every node tree."""
    for group in bpy.data.node_groups:
        yield group, group
    holders = "materials worlds lights scenes textures linestyles".split()
    for blocks in (getattr(bpy.data, name) for name in holders):
        for block in blocks:
            tree = getattr(block, "node_tree", None)
            if tree is not None:
                yield tree, block


def _nodes():
    for tree, holder in node_trees():
        for node in tree.nodes:
            if node.bl_idname == "ShaderNodeTexIES" and node.mode == "EXTERNAL" and node.filepath:
                yield Reference("ies", holder.name, node.filepath, holder, _setter(node, "filepath"))
            elif node.bl_idname == "ShaderNodeScript" and node.mode == "EXTERNAL" and node.filepath:
                put = _setter(node, "filepath")
                reference = Reference("osl", holder.name, node.filepath, holder, put)
                yield reference
                yield from _osl_includes(reference, holder)


def _osl_includes(script, holder):
    """What an OSL source includes, and what that includes."""
    pending, seen = [script.absolute], set()
    while pending:
        path = pending.pop()
        if path in seen or path.lower().endswith(".oso"):
            continue
        seen.add(path)
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                words = file.read(1 << 20)
        except OSError:
            continue
        for name in _INCLUDE.findall(words):
            included = os.path.normpath(os.path.join(os.path.dirname(path), name))
            if os.path.isfile(included) and included not in seen:
                # Found by the one that includes it, so it needs no path of its own.
                yield Reference("osl", holder.name, included, holder)
                pending.append(included)


def _modifiers():
    for ob in bpy.data.objects:
        for modifier in ob.modifiers:
            used = modifier.show_render
            if modifier.type == "MESH_CACHE" and modifier.filepath:
                put = _setter(modifier, "filepath")
                yield Reference("mesh-cache", ob.name, modifier.filepath, ob, put, used=used)
            elif modifier.type == "MULTIRES" and modifier.filepath:
                put = _setter(modifier, "filepath")
                yield Reference("multires", ob.name, modifier.filepath, ob, put, used=used)
            elif modifier.type == "FLUID" and modifier.fluid_type == "DOMAIN":
                domain = modifier.domain_settings
                if domain and domain.cache_directory:
                    put = _setter(domain, "cache_directory")
                    reference = Reference(
                        "fluid-cache", ob.name, domain.cache_directory, ob, put, FOLDER, used
                    )
                    reference.needs = frameneeds.of_fluid(domain, reference)
                    yield reference
            elif modifier.type == "OCEAN" and modifier.filepath:
                put = _setter(modifier, "filepath")
                reference = Reference("ocean-cache", ob.name, modifier.filepath, ob, put, FOLDER, used)
                reference.read = modifier.is_cached
                reference.needs = frameneeds.of_ocean(modifier, reference)
                yield reference
            elif modifier.type == "NODES":
                yield from _bakes(ob, modifier, used)


def _bakes(ob, modifier, used):
    """Folders of a geometry-nodes modifier; from 3.6 on. Whatever is not given lies beside the
    .blend, and is among its caches."""
    for field in ("bake_directory", "simulation_bake_directory"):
        folder = getattr(modifier, field, "")
        if folder:
            yield _bake(ob, folder, _setter(modifier, field), used)
    for bake in getattr(modifier, "bakes", ()):
        if bake.use_custom_path and bake.directory:
            yield _bake(ob, bake.directory, _setter(bake, "directory"), used)


def _bake(ob, folder, put, used):
    # What a frame reads refers to what earlier ones wrote.
    reference = Reference(BAKE, ob.name, folder, ob, put, FOLDER, used)
    # Without a bake on disk the folder is not there, and nothing is read from it.
    reference.read = os.path.isdir(reference.absolute)
    return reference


def simulations():
    """(block, cache) of everything that Blender simulates step by step and can keep on disk."""
    for ob in bpy.data.objects:
        for modifier in ob.modifiers:
            cache = getattr(modifier, "point_cache", None)
            if cache:
                yield ob, cache
            canvas = getattr(modifier, "canvas_settings", None)
            for surface in canvas.canvas_surfaces if canvas else ():
                if surface.surface_format != "IMAGE":
                    yield ob, surface.point_cache
        for system in ob.particle_systems:
            yield ob, system.point_cache
    for scene in bpy.data.scenes:
        if scene.rigidbody_world and scene.rigidbody_world.point_cache:
            yield scene, scene.rigidbody_world.point_cache


def beside(blend):
    """The folder for what Blender keeps on disk for a .blend, without asking where."""
    # Blender cuts off six letters, whatever they are.
    return os.path.join(os.path.dirname(blend), "blendcache_" + os.path.basename(blend)[:-6])


def _point_caches():
    folders = {}
    for block, cache in simulations():
        if cache.use_external:
            if cache.filepath:
                put = _setter(cache, "filepath")
                reference = Reference(
                    "point-cache", block.name, cache.filepath, block, put, FOLDER, True
                )
                reference.needs = frameneeds.of_point_cache(reference)
                reference.listed = True
                yield reference
        elif cache.use_disk_cache:
            own = block.library and getattr(cache, "use_library_path", True)
            folders.setdefault(scenefiles.owner_file(block) if own else None, block)
    for ob in bpy.data.objects:
        if any(_keeps_bakes_beside(modifier) for modifier in ob.modifiers):
            folders.setdefault(scenefiles.owner_file(ob) if ob.library else None, ob)
    for owner, block in folders.items():
        owner = owner or scenefiles.main_blend()
        reference = Reference("point-cache", block.name, beside(owner), block, None, FOLDER)
        reference.beside = owner
        reference.listed = True
        reference.needs = frameneeds.of_point_cache(reference)
        yield reference


def _keeps_bakes_beside(modifier):
    """Whether baked geometry nodes may lie beside the .blend: they do if their folder is there."""
    return (
        modifier.type == "NODES"
        and (hasattr(modifier, "bakes") or hasattr(modifier, "simulation_bake_directory"))
        and os.path.isdir(beside(scenefiles.owner_file(modifier.id_data)))
    )
