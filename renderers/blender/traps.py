"""What a loaded scene holds that may make a farm's frames look other than meant.

Nothing here judges; the rules and their words are in the Java package blenderer.preflight.
"""

import glob
import os

import bpy

# Kinds of particles whose place depends on the frames before.
MOVING_PARTICLES = {"NEWTON", "BOIDS", "FLUID"}
POINT_CACHE_NAMES = {"CLOTH": "cloth", "SOFT_BODY": "soft body"}


def is_local(block):
    return block.library is None


# Layers and outputs.


def layers_on(scene):
    return sum(1 for layer in scene.view_layers if layer.use)


def compositor(scene):
    if hasattr(scene, "compositing_node_group"):
        return scene.compositing_node_group
    return scene.node_tree if scene.use_nodes else None


def output_nodes(scene):
    """A word on each File Output node that writes."""
    tree = compositor(scene)
    if not tree or not scene.render.use_compositing:
        return []
    return [
        "'%s' writes below '%s'" % (node.name, getattr(node, "base_path", getattr(node, "directory", "")))
        for node in tree.nodes
        if node.type == "OUTPUT_FILE" and not node.mute
    ]


# Simulations.


def simulations():
    """[{kind, owner, baked}] of everything that is simulated frame by frame."""
    found = []
    for ob in bpy.data.objects:
        for modifier in ob.modifiers:
            found.extend(_of_modifier(ob, modifier))
        for system in ob.particle_systems:
            found.extend(_of_particles(ob, system))
    for scene in bpy.data.scenes:
        world = scene.rigidbody_world
        if world and world.enabled and world.collection and len(world.collection.objects):
            found.append(_simulation("rigid bodies", scene.name, world.point_cache.is_baked))
    return found


def _simulation(kind, owner, baked):
    return {"kind": kind, "owner": owner, "baked": bool(baked)}


def _of_modifier(ob, modifier):
    if not modifier.show_render:
        return
    kind = modifier.type
    if kind in POINT_CACHE_NAMES:
        yield _simulation(POINT_CACHE_NAMES[kind], ob.name, modifier.point_cache.is_baked)
    elif kind == "FLUID" and modifier.fluid_type == "DOMAIN":
        yield _simulation("fluid", ob.name, modifier.domain_settings.has_cache_baked_data)
    elif kind == "DYNAMIC_PAINT" and modifier.canvas_settings:
        for surface in modifier.canvas_settings.canvas_surfaces:
            if surface.is_active and surface.surface_format != "IMAGE":
                yield _simulation("dynamic paint", ob.name, surface.point_cache.is_baked)
    elif kind == "NODES" and modifier.node_group and _simulates(modifier.node_group, set()):
        yield _simulation("geometry nodes", ob.name, _nodes_baked(modifier))


def _of_particles(ob, system):
    settings = system.settings
    if settings.type == "EMITTER" and settings.physics_type in MOVING_PARTICLES:
        yield _simulation("particles", ob.name, system.point_cache.is_baked)
    elif settings.type == "HAIR" and system.use_hair_dynamics:
        yield _simulation("hair", ob.name, system.point_cache.is_baked)


def _simulates(tree, seen):
    if tree.name_full in seen:
        return False
    seen.add(tree.name_full)
    for node in tree.nodes:
        if node.bl_idname == "GeometryNodeSimulationOutput":
            return True
        if node.type == "GROUP" and node.node_tree and _simulates(node.node_tree, seen):
            return True
    return False


def _nodes_baked(modifier):
    """Whether the bake lies on disk; of one packed into the .blend Blender's Python tells nothing."""
    folder = getattr(modifier, "simulation_bake_directory", "") or getattr(modifier, "bake_directory", "")
    if not folder:
        return False
    folder = bpy.path.abspath(folder)
    return bool(glob.glob(os.path.join(glob.escape(folder), "**", "meta", "*.json"), recursive=True))


# Scripts.


def scripts():
    """[{kind, owner, detail}] of what is off where scripts are off."""
    found = [
        {"kind": "text", "owner": text.name, "detail": "runs when the file is opened"}
        for text in bpy.data.texts
        if text.use_module
    ]
    for block in _animated_blocks():
        for curve in block.animation_data.drivers:
            driver = curve.driver
            if driver.type == "SCRIPTED" and not driver.is_simple_expression and not driver.is_valid:
                found.append(
                    {
                        "kind": "driver",
                        "owner": "%s.%s" % (block.name, curve.data_path),
                        "detail": driver.expression[:200],
                    }
                )
    return found


def _animated_blocks():
    """Every block with drivers, once; trees and shape keys lie inside others."""
    for name in dir(bpy.data):
        blocks = getattr(bpy.data, name, None)
        if not isinstance(blocks, bpy.types.bpy_prop_collection):
            continue
        for block in blocks:
            for one in (block, getattr(block, "node_tree", None)):
                data = getattr(one, "animation_data", None)
                if data is not None and len(data.drivers) > 0:
                    yield one


# Add-ons.


def absent():
    """[{kind, name, owner}] of what only an add-on understands that is not enabled here."""
    found = []
    for group in bpy.data.node_groups:
        if group.bl_idname == "NodeTreeUndefined" or group.bl_rna.identifier == "NodeTree":
            found.append({"kind": "node tree", "name": group.name, "owner": group.name})
    for tree, owner in _trees():
        for node in tree.nodes:
            if node.bl_idname == "NodeUndefined":
                found.append({"kind": "node", "name": node.name, "owner": owner})
    return found


def _trees():
    for group in bpy.data.node_groups:
        yield group, group.name
    for blocks in (bpy.data.materials, bpy.data.worlds, bpy.data.lights, bpy.data.scenes):
        for block in blocks:
            tree = compositor(block) if isinstance(block, bpy.types.Scene) else block.node_tree
            if tree is not None:
                yield tree, block.name
