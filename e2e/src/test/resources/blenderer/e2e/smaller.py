"""Makes small scenes, each for one matter, in the folder that is the argument after "--"; the second
argument is a .vdb file, or empty."""

import os
import sys

import bpy

ROOT, VDB = sys.argv[sys.argv.index("--") + 1] + "/", sys.argv[-1]
VOLUMES = 200


def scene_with_camera(engine):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.preferences.filepaths.save_version = 0
    scene = bpy.context.scene
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.location = (0, 0, 5)
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.engine = engine
    scene.render.resolution_x, scene.render.resolution_y = 32, 18
    scene.render.resolution_percentage = 100
    scene.render.filepath = "//out/f_####"
    scene.world = bpy.data.worlds.new("World")
    scene.world.color = (0.1, 0.5, 0.2)
    if engine == "CYCLES":
        scene.cycles.samples, scene.cycles.use_denoising = 1, False
    return scene


def save(name):
    os.makedirs(ROOT, exist_ok=True)
    bpy.ops.wm.save_as_mainfile(filepath=ROOT + name)


scene_with_camera("CYCLES")
save("colours.blend")

# One volume file for each frame, all of other bytes and of one size.
if VDB:
    scene = scene_with_camera("CYCLES")
    with open(VDB, "rb") as file:
        voxels = file.read()
    os.makedirs(ROOT + "elsewhere/smoke")
    for n in range(1, VOLUMES + 1):
        with open(ROOT + "elsewhere/smoke/smoke.%04d.vdb" % n, "wb") as file:
            file.write(voxels + n.to_bytes(4, "little") * 25000)
    volume = bpy.data.volumes.new("Smoke")
    volume.filepath = ROOT + "elsewhere/smoke/smoke.0001.vdb"
    volume.is_sequence, volume.frame_duration = True, VOLUMES
    scene.collection.objects.link(bpy.data.objects.new("Smoke", volume))
    scene.frame_start, scene.frame_end = 1, VOLUMES
    save("volumes.blend")

# Kinds that Debian's Blender cannot read.
scene = scene_with_camera("CYCLES")
for name in ("flag.abc", "flag.usdc"):
    with open(ROOT + name, "wb") as file:
        file.write(name.encode() * 100)
    bpy.ops.cachefile.open(filepath=ROOT + name)
mesh = bpy.data.objects.new("Flag", bpy.data.meshes.new("Flag"))
scene.collection.objects.link(mesh)
for cache in bpy.data.cache_files:
    modifier = mesh.modifiers.new(cache.name, "MESH_SEQUENCE_CACHE")
    modifier.cache_file = cache
save("caches.blend")

# A simulation of geometry nodes, baked to disk: a plane that moves on from where it was.
if bpy.app.version >= (4, 2):
    scene = scene_with_camera("CYCLES")
    scene.frame_start, scene.frame_end = 1, 4
    bpy.ops.mesh.primitive_plane_add(size=1)
    modifier = bpy.context.object.modifiers.new("Move", "NODES")
    tree = modifier.node_group = bpy.data.node_groups.new("Move", "GeometryNodeTree")
    for way in ("INPUT", "OUTPUT"):
        tree.interface.new_socket("Geometry", in_out=way, socket_type="NodeSocketGeometry")
    begin = tree.nodes.new("GeometryNodeSimulationInput")
    end = tree.nodes.new("GeometryNodeSimulationOutput")
    begin.pair_with_output(end)
    step = tree.nodes.new("GeometryNodeSetPosition")
    step.inputs["Offset"].default_value = (0.4, 0, 0)
    first, last = tree.nodes.new("NodeGroupInput"), tree.nodes.new("NodeGroupOutput")
    tree.links.new(first.outputs[0], begin.inputs["Geometry"])
    tree.links.new(begin.outputs["Geometry"], step.inputs["Geometry"])
    tree.links.new(step.outputs["Geometry"], end.inputs["Geometry"])
    tree.links.new(end.outputs["Geometry"], last.inputs[0])
    modifier.bake_target, modifier.bake_directory = "DISK", ROOT + "elsewhere/bake"
    save("baked.blend")
    bpy.ops.object.simulation_nodes_cache_bake(selected=True)
    save("baked.blend")
