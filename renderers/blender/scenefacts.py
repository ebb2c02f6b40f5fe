"""What a loaded scene will render, and what it asks of a renderer."""

import struct

import bpy

import cameras
import movies
import references
import traps
from outputs import last_part

MOVIE_FORMATS = {"AVI_JPEG", "AVI_RAW", "FFMPEG", "H264", "THEORA", "XVID"}


def engine_feature(engine):
    """The feature's name for an engine's identifier."""
    known = {
        "CYCLES": "cycles",
        "BLENDER_EEVEE": "eevee",
        "BLENDER_EEVEE_NEXT": "eevee",
        "BLENDER_WORKBENCH": "workbench",
    }
    return known.get(engine, engine.lower())


def is_movie(scene):
    file_format = scene.render.image_settings.file_format
    return bool(getattr(scene.render, "is_movie_format", file_format in MOVIE_FORMATS))


def effective_size(render):
    """(width, height) of the image Blender writes, with percentage and cropped border."""
    width = render.resolution_x * render.resolution_percentage // 100
    height = render.resolution_y * render.resolution_percentage // 100
    if render.use_border and render.use_crop_to_border:
        # The same arithmetic as Blender's: each edge is cut off to whole pixels by itself.
        left, right = _edge(render.border_min_x, width), _edge(render.border_max_x, width)
        low, high = _edge(render.border_min_y, height), _edge(render.border_max_y, height)
        width, height = right - left, high - low
    return max(1, width), max(1, height)


def _edge(border, pixels):
    """border * pixels in single precision, cut off."""
    return int(struct.unpack("f", struct.pack("f", border * pixels))[0])


def size_of_every_image(scene, width, height):
    """"WxH" if every image of a frame has that size, else ""."""
    nodes = any(node.type == "OUTPUT_FILE" for tree, _ in node_trees() for node in tree.nodes)
    return "" if scene.render.use_multiview or nodes else "%dx%d" % (width, height)


def scene_facts(scene):
    render = scene.render
    width, height = effective_size(render)
    denoise = denoises(scene)
    features = [engine_feature(render.engine)]
    if denoise:
        features.append("denoise-oidn")
    if render.engine == "CYCLES" and getattr(scene.cycles, "shading_system", False):
        features.append("osl")
    for cache in bpy.data.cache_files:
        name = cache.filepath.lower()
        feature = "alembic" if name.endswith(".abc") else "usd" if ".usd" in name else None
        if feature and feature not in features:
            features.append(feature)
    if len(bpy.data.volumes) > 0:
        features.append("openvdb")
    return {
        "name": scene.name,
        "start": scene.frame_start,
        "end": scene.frame_end,
        "step": scene.frame_step,
        "fps": render.fps / render.fps_base,
        "width": width,
        "height": height,
        "size": size_of_every_image(scene, width, height),
        "engine": render.engine,
        "samples": samples(scene),
        "denoise": denoise,
        "camera": cameras.name_of(scene),
        "needsCamera": cameras.is_needed(scene),
        "layersOn": traps.layers_on(scene),
        "outputNodes": traps.output_nodes(scene),
        "format": render.image_settings.file_format,
        "movie": is_movie(scene),
        "video": movies.facts(scene) if is_movie(scene) else None,
        "pattern": last_part(render.filepath),
        "multiview": render.use_multiview,
        "features": features,
    }


def samples(scene):
    if scene.render.engine == "CYCLES":
        return scene.cycles.samples
    if "EEVEE" in scene.render.engine:
        return scene.eevee.taa_render_samples
    return None


def denoises(scene):
    """Whether rendering needs OpenImageDenoise: in Cycles, or as a compositor node."""
    if scene.render.engine == "CYCLES" and scene.cycles.use_denoising:
        if scene.cycles.denoiser == "OPENIMAGEDENOISE" and any(
            layer.use and layer.cycles.use_denoising for layer in scene.view_layers
        ):
            return True
    if hasattr(scene, "compositing_node_group"):
        tree = scene.compositing_node_group
    else:
        tree = scene.node_tree if scene.use_nodes else None
    return bool(tree) and any(n.type == "DENOISE" and not n.mute for n in tree.nodes)


def library_versions():
    return [tuple(lib.version[:2]) for lib in bpy.data.libraries if hasattr(lib, "version")]


def node_trees():
    """(tree, block that holds it) of every node tree."""
    for group in bpy.data.node_groups:
        yield group, group
    for blocks in (bpy.data.materials, bpy.data.worlds, bpy.data.lights, bpy.data.scenes):
        for block in blocks:
            tree = getattr(block, "node_tree", None)
            if tree is not None:
                yield tree, block


def point_caches():
    """(object, cache) of everything that is simulated step by step."""
    for ob in bpy.data.objects:
        for modifier in ob.modifiers:
            if getattr(modifier, "point_cache", None):
                yield ob, modifier.point_cache
        for system in ob.particle_systems:
            if system.settings.type == "EMITTER":
                yield ob, system.point_cache


def warnings():
    """[{code, message}] of what will render, but perhaps not as meant."""
    found = []
    for ob, cache in point_caches():
        if not cache.is_baked:
            found.append(_unbaked("'%s' has a simulation" % ob.name))
    for scene in bpy.data.scenes:
        world = scene.rigidbody_world
        if world and world.collection and len(world.collection.objects) and not world.point_cache.is_baked:
            found.append(_unbaked("scene '%s' has rigid bodies" % scene.name))
    if bpy.app.autoexec_fail:
        message = "the scene has scripts, and they stay off: %s" % bpy.app.autoexec_fail_message
        found.append({"code": "scripts-off", "message": message})
    for kind, path, user in references.missing(used_only=False):
        message = "%s '%s' of '%s' is missing" % (kind, path, user)
        found.append({"code": "missing-" + ("library" if kind == "library" else "file"), "message": message})
    return found


def _unbaked(what):
    return {
        "code": "unbaked-simulation",
        "message": what + " that is not baked: its frames depend on the order they render in; bake it",
    }
