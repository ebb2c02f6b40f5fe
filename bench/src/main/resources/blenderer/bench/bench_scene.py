"""Makes a scene of the overhead benchmark.

blender -b --factory-startup --python-exit-code 3 --python bench_scene.py -- FOLDER FRAMES KIND

light     200 cubes with 30 textures and a linked library, Cycles, 320x180, 4 samples: frames so short
          that whatever a farm adds to them shows
textures  the same with 200 textures of four times the pixels: 150 MB to send and to read
mesh      the same with a mesh of 700,000 points: a scene file of 60 MB
"""

import math
import os
import random
import struct
import sys
import zlib

import bpy

folder, frames, kind = os.path.abspath(sys.argv[-3]), int(sys.argv[-2]), sys.argv[-1]
CUBES = 200
TEXTURES, TEXTURE_SIZE = (200, 512) if kind == "textures" else (30, 256)
MESH_POINTS = 700_000 if kind == "mesh" else 0
rng = random.Random(20)


def write_png(path, size):
    tint = [rng.randrange(64, 256) for _ in range(3)]
    noise = rng.randbytes(size * size * 3)
    rows = bytearray()
    for y in range(size):
        rows.append(0)
        row = noise[y * size * 3 : (y + 1) * size * 3]
        rows += bytes((value * tint[i % 3]) >> 8 for i, value in enumerate(row))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)))
        file.write(chunk(b"IDAT", zlib.compress(bytes(rows), 1)) + chunk(b"IEND", b""))


def textured(name, path):
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    nodes = material.node_tree.nodes
    texture = nodes.new("ShaderNodeTexImage")
    texture.image = bpy.data.images.load(path)
    material.node_tree.links.new(
        texture.outputs["Color"], nodes["Principled BSDF"].inputs["Base Color"]
    )
    return material


def rough_ground(points):
    """A square of many small triangles' worth of noise, far below the rest."""
    side = math.isqrt(points)
    step = 100 / side
    mesh = bpy.data.meshes.new("Ground")
    mesh.from_pydata(
        [
            (x * step - 50, y * step - 50, rng.random() * 0.01 - 1)
            for y in range(side)
            for x in range(side)
        ],
        [],
        [
            (y * side + x, y * side + x + 1, (y + 1) * side + x + 1, (y + 1) * side + x)
            for y in range(side - 1)
            for x in range(side - 1)
        ],
    )
    return bpy.data.objects.new("Ground", mesh)


def save(name):
    path = os.path.join(folder, name)
    # No second copy beside it.
    bpy.context.preferences.filepaths.save_version = 0
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_mainfile()
    return path


os.makedirs(os.path.join(folder, "textures"), exist_ok=True)
os.makedirs(os.path.join(folder, "library"), exist_ok=True)

bpy.ops.wm.read_factory_settings(use_empty=True)
path = os.path.join(folder, "textures", "library.png")
write_png(path, 128)
bpy.ops.mesh.primitive_monkey_add(size=2)
bpy.context.object.data.materials.append(textured("Head", path))
heads = bpy.data.collections.new("Heads")
heads.objects.link(bpy.context.object)
bpy.context.scene.collection.children.link(heads)
library = save("library/heads.blend")

bpy.ops.wm.read_factory_settings(use_empty=True)
scene = bpy.context.scene
materials = []
for number in range(TEXTURES):
    path = os.path.join(folder, "textures", "%03d.png" % number)
    write_png(path, TEXTURE_SIZE)
    materials.append(textured("Material%02d" % number, path))
bpy.ops.mesh.primitive_cube_add(size=1)
first = bpy.context.object
for number in range(CUBES):
    cube = bpy.data.objects.new("Cube%03d" % number, first.data.copy())
    cube.data.materials.append(materials[number % TEXTURES])
    cube.location = (number % 15 * 1.6 - 11, number // 15 * 1.6 - 10, rng.random() * 3)
    cube.rotation_euler = [rng.random() * 6 for _ in range(3)]
    scene.collection.objects.link(cube)
    if number % 10 == 0:
        for frame in (1, frames):
            cube.rotation_euler[2] = frame * 0.05
            cube.keyframe_insert("rotation_euler", frame=frame)
bpy.data.objects.remove(first)
if MESH_POINTS:
    scene.collection.objects.link(rough_ground(MESH_POINTS))
else:
    bpy.ops.mesh.primitive_plane_add(size=100)
with bpy.data.libraries.load(library, link=True) as (source, target):
    target.collections = ["Heads"]
head = bpy.data.objects.new("Head", None)
head.instance_type, head.instance_collection = "COLLECTION", target.collections[0]
head.location.z = 4
scene.collection.objects.link(head)
bpy.ops.object.light_add(type="SUN", rotation=(0.7, 0.2, 0))
bpy.context.object.data.energy = 3
bpy.ops.object.camera_add(location=(16, -18, 14), rotation=(0.95, 0, 0.72))
scene.camera = bpy.context.object
scene.render.engine = "CYCLES"
scene.cycles.samples = 4
scene.cycles.use_denoising = False
scene.render.resolution_x, scene.render.resolution_y = 320, 180
scene.render.resolution_percentage = 100
scene.frame_start, scene.frame_end = 1, frames
scene.render.image_settings.file_format = "PNG"
scene.render.filepath = "//frames/frame_####"
save(kind + ".blend")
