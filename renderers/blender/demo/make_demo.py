"""Makes the demo scene: an island with a windmill, its trees linked from a library.

blender -b --factory-startup -Y --python-exit-code 3 --python make_demo.py

Writes scene.blend, library/props.blend and textures/*.png beside this file. They are shipped as they
are; nobody needs to run this to use them.
"""

import math
import os
import random
import struct
import zlib

import bpy
from mathutils import Vector, noise

HERE = os.path.dirname(os.path.abspath(__file__))
FRAMES = 24
rnd = random.Random(7)


# --- textures -------------------------------------------------------------------------------------


def write_png(name, width, height, colour):
    """colour(u, v) -> (r, g, b) in 0..1, v upwards."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rgb = colour((x + 0.5) / width, 1 - (y + 0.5) / height)
            rows += bytes(max(0, min(255, int(255 * c + 0.5))) for c in rgb)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(rows), 9)
    path = os.path.join(HERE, "textures", name)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed))
        file.write(chunk(b"IEND", b""))
    return path


def mix(a, b, t):
    t = max(0.0, min(1.0, t))
    return tuple(x + (y - x) * t for x, y in zip(a, b))


def shade(colour, factor):
    return tuple(c * factor for c in colour)


def ground(u, v):
    """u: around, v: height; sand at the shore, grass, rock at the top."""
    grain = 0.93 + 0.07 * noise.noise(Vector((u * 40, v * 40, 0)))
    wobble = 0.05 * noise.noise(Vector((u * 14, v * 6, 3)))
    h = v + wobble
    colour = mix((0.93, 0.80, 0.55), (0.95, 0.86, 0.62), u)
    if h > 0.17:
        colour = mix((0.55, 0.70, 0.25), (0.28, 0.55, 0.22), (h - 0.17) / 0.4)
    if h > 0.74:
        colour = mix((0.55, 0.50, 0.46), (0.72, 0.68, 0.64), (h - 0.74) / 0.2)
    return shade(colour, round(grain * 16) / 16)


def planks(u, v):
    """Whitewashed boards with dark joints."""
    row = int(v * 12)
    tone = 0.90 + 0.08 * noise.noise(Vector((row * 7.3, 0, 1)))
    if v * 12 - row < 0.09:
        tone *= 0.72
    return shade((0.98, 0.93, 0.84), tone)


def tiles(u, v):
    """Red roof tiles in staggered rows."""
    row = int(v * 9)
    column = u * 18 + (row % 2) * 0.5
    tone = 0.85 + 0.15 * noise.noise(Vector((math.floor(column) * 3.1, row * 5.7, 2)))
    if v * 9 - row < 0.16 or column % 1 < 0.10:
        tone *= 0.65
    return shade((0.80, 0.24, 0.16), tone)


def needles(u, v):
    tone = 0.86 + 0.2 * noise.noise(Vector((u * 22, v * 9, 5)))
    return shade(mix((0.05, 0.26, 0.20), (0.20, 0.48, 0.26), v), round(tone * 12) / 12)


# --- materials and meshes -------------------------------------------------------------------------


def material(name, colour=None, texture=None, roughness=0.9, emission=0.0):
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    tree = made.node_tree
    principled = tree.nodes["Principled BSDF"]
    principled.inputs["Roughness"].default_value = roughness
    principled.inputs["Specular"].default_value = 0.2
    if colour:
        principled.inputs["Base Color"].default_value = (*colour, 1)
    base = principled.inputs["Base Color"]
    if texture:
        image = tree.nodes.new("ShaderNodeTexImage")
        image.image = bpy.data.images.load(texture, check_existing=True)
        tree.links.new(image.outputs["Color"], base)
    made.cycles.sample_as_light = False  # what glows here is too faint to light anything but noise
    if emission:
        principled.inputs["Emission"].default_value = (*colour, 1)
        principled.inputs["Emission Strength"].default_value = emission
    else:
        add_skylight(tree, principled)
    return made


def add_skylight(tree, principled):
    """A glow by how far a face looks up, instead of light from the sky: it costs no noise."""
    geometry = tree.nodes.new("ShaderNodeNewGeometry")
    split = tree.nodes.new("ShaderNodeSeparateXYZ")
    amount = tree.nodes.new("ShaderNodeMapRange")
    amount.inputs["From Min"].default_value = -1
    amount.inputs["To Min"].default_value = 0.10
    amount.inputs["To Max"].default_value = 0.42
    tint = tree.nodes.new("ShaderNodeMixRGB")
    tint.blend_type = "MULTIPLY"
    tint.inputs["Fac"].default_value = 1
    tint.inputs["Color2"].default_value = (0.70, 0.80, 1.0, 1)
    base = principled.inputs["Base Color"]
    if base.is_linked:
        tree.links.new(base.links[0].from_socket, tint.inputs["Color1"])
    else:
        tint.inputs["Color1"].default_value = base.default_value
    tree.links.new(geometry.outputs["Normal"], split.inputs["Vector"])
    tree.links.new(split.outputs["Z"], amount.inputs["Value"])
    tree.links.new(amount.outputs["Result"], principled.inputs["Emission Strength"])
    tree.links.new(tint.outputs["Color"], principled.inputs["Emission"])


def add(collection, name, vertices, faces, mat, uvs=None, smooth=False):
    """A mesh object; uvs gives (u, v) per vertex index."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], faces)
    if uvs:
        layer = mesh.uv_layers.new(name="UVMap")
        for loop in mesh.loops:
            layer.data[loop.index].uv = uvs[loop.vertex_index]
    mesh.polygons.foreach_set("use_smooth", [smooth] * len(mesh.polygons))
    mesh.materials.append(mat)
    ob = bpy.data.objects.new(name, mesh)
    collection.objects.link(ob)
    return ob


def lathe(collection, name, profile, sides, mat, smooth=False):
    """Turns (radius, height) points around z."""
    vertices, uvs, faces = [], [], []
    for i in range(sides + 1):
        angle = 2 * math.pi * i / sides
        for j, (radius, height) in enumerate(profile):
            vertices.append((radius * math.cos(angle), radius * math.sin(angle), height))
            uvs.append((i / sides, j / (len(profile) - 1)))
    n = len(profile)
    for i in range(sides):
        for j in range(n - 1):
            a, b = i * n + j, (i + 1) * n + j
            faces.append((a, b, b + 1, a + 1))
    return add(collection, name, vertices, faces, mat, uvs, smooth)


def box(collection, name, centre, size, mat):
    x, y, z = (s / 2 for s in size)
    corners = [(i * x, j * y, k * z) for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]
    vertices = [tuple(c + d for c, d in zip(corner, centre)) for corner in corners]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return add(collection, name, vertices, faces, mat)


# --- the library ----------------------------------------------------------------------------------


def make_library(textures):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    pine = bpy.data.collections.new("Pine")
    bark = material("Bark", (0.25, 0.15, 0.09))
    foliage = material("Needles", texture=textures["needles"])
    lathe(pine, "Trunk", [(0.09, -0.2), (0.07, 0.5)], 6, bark)
    for level in range(3):
        low, radius = 0.35 + 0.42 * level, 0.52 - 0.13 * level
        lathe(pine, "Boughs%d" % level, [(radius, low), (0.0, low + 0.72)], 7, foliage)

    mill = bpy.data.collections.new("Mill")
    wall = material("Planks", texture=textures["planks"])
    roof = material("Roof", texture=textures["tiles"])
    wood = material("Wood", (0.22, 0.12, 0.07))
    window = material("Window", (1.0, 0.62, 0.22), emission=3.5)
    lathe(mill, "Tower", [(0.72, -0.3), (0.66, 0.0), (0.46, 1.75)], 10, wall)
    lathe(mill, "Cap", [(0.62, 1.72), (0.40, 2.06), (0.0, 2.42)], 10, roof)
    lathe(mill, "Gallery", [(0.60, 0.74), (0.82, 0.78), (0.82, 0.86), (0.60, 0.86)], 10, wood)
    box(mill, "Door", (0, -0.66, 0.22), (0.28, 0.1, 0.5), wood)
    box(mill, "Window", (0, -0.53, 1.3), (0.17, 0.1, 0.24), window)
    box(mill, "Axle", (0, -0.62, 1.82), (0.12, 0.5, 0.12), wood)

    sails = bpy.data.collections.new("Sails")
    cloth = material("Cloth", (0.93, 0.88, 0.78))
    for i in range(4):
        spar = box(sails, "Spar%d" % i, (0, 0, 0.75), (0.07, 0.06, 1.5), wood)
        sail = box(sails, "Sail%d" % i, (0.19, 0.02, 0.92), (0.32, 0.02, 1.1), cloth)
        for part in (spar, sail):
            part.rotation_euler.y = i * math.pi / 2
    box(sails, "Hub", (0, 0, 0), (0.2, 0.16, 0.2), wood)

    for collection in (pine, mill, sails):
        bpy.context.scene.collection.children.link(collection)
    save(os.path.join(HERE, "library", "props.blend"))


def save(path):
    bpy.context.preferences.filepaths.save_version = 0  # no .blend1 beside it
    bpy.ops.wm.save_as_mainfile(filepath=path, compress=True)
    bpy.ops.file.make_paths_relative()
    bpy.ops.wm.save_mainfile(compress=True)


# --- the scene ------------------------------------------------------------------------------------


def island_height(x, y):
    """Height of the ground above the water; negative outside the island."""
    far = math.hypot(x, y * 1.12)
    bumps = noise.fractal(Vector((x * 0.33 + 4.2, y * 0.33 + 1.7, 0.5)), 0.9, 2.1, 3)
    hill = 2.3 * math.exp(-((x + 1.5) ** 2 + (y - 1.3) ** 2) / 3.2)
    knoll = 0.75 * math.exp(-((x - 1.5) ** 2 + (y + 0.4) ** 2) / 2.2)
    return (hill + knoll + 0.45 + 0.30 * bumps) * (1 - (far / 4.1) ** 4) - 0.25 * (far / 4.1) ** 2


def make_island(collection, textures):
    n, extent = 44, 4.7
    vertices, uvs, faces = [], [], []
    for j in range(n + 1):
        for i in range(n + 1):
            x = (2 * i / n - 1) * extent + rnd.uniform(-0.045, 0.045)
            y = (2 * j / n - 1) * extent + rnd.uniform(-0.045, 0.045)
            z = max(-0.9, island_height(x, y))
            vertices.append((x, y, z))
            uvs.append((i / n, max(0.01, min(0.99, (z + 0.02) / 2.7))))
    for j in range(n):
        for i in range(n):
            a = j * (n + 1) + i
            if max(vertices[k][2] for k in (a, a + 1, a + n + 1, a + n + 2)) > -0.85:
                faces += [(a, a + 1, a + n + 2), (a, a + n + 2, a + n + 1)]
    add(collection, "Island", vertices, faces, material("Ground", texture=textures["ground"]), uvs)


def make_water(collection):
    mat = material("Water", (0.02, 0.22, 0.30), roughness=0.08)
    tree = mat.node_tree
    principled = tree.nodes["Principled BSDF"]
    principled.inputs["Specular"].default_value = 0.6
    where = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    waves = tree.nodes.new("ShaderNodeTexNoise")
    waves.inputs["Scale"].default_value = 1.5
    waves.inputs["Detail"].default_value = 1.5
    bump = tree.nodes.new("ShaderNodeBump")
    bump.inputs["Strength"].default_value = 0.22
    bump.inputs["Distance"].default_value = 0.3
    tree.links.new(where.outputs["Object"], mapping.inputs["Vector"])
    tree.links.new(mapping.outputs["Vector"], waves.inputs["Vector"])
    tree.links.new(waves.outputs["Fac"], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], principled.inputs["Normal"])
    for frame, z in ((1, 0.0), (FRAMES + 1, 0.7)):
        mapping.inputs["Location"].default_value[2] = z
        mapping.inputs["Location"].keyframe_insert("default_value", index=2, frame=frame)
    # Pale shallows: the colour goes by the distance from the island.
    gradient = tree.nodes.new("ShaderNodeVectorMath")
    gradient.operation = "LENGTH"
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    scale = tree.nodes.new("ShaderNodeMath")
    scale.operation = "DIVIDE"
    scale.inputs[1].default_value = 12
    tree.links.new(where.outputs["Object"], gradient.inputs[0])
    tree.links.new(gradient.outputs["Value"], scale.inputs[0])
    tree.links.new(scale.outputs["Value"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], principled.inputs["Base Color"])
    ramp.color_ramp.elements[0].position = 0.30
    ramp.color_ramp.elements[0].color = (0.10, 0.52, 0.50, 1)
    ramp.color_ramp.elements[1].position = 0.62
    ramp.color_ramp.elements[1].color = (0.012, 0.16, 0.26, 1)
    side = 80
    corners = [(-side, -side, 0), (side, -side, 0), (side, side, 0), (-side, side, 0)]
    add(collection, "Water", corners, [(0, 1, 2, 3)], mat)


def instance(name, source, location, scale=1.0, turn=0.0, lean=0.0):
    ob = bpy.data.objects.new(name, None)
    ob.instance_type = "COLLECTION"
    ob.instance_collection = source
    ob.empty_display_size = 0.2
    ob.location = location
    ob.scale = (scale, scale, scale)
    ob.rotation_euler = (lean, 0, turn)
    bpy.context.scene.collection.objects.link(ob)
    return ob


def plant_trees(pine):
    planted = []
    while len(planted) < 34:
        x, y = rnd.uniform(-3.4, 3.4), rnd.uniform(-3.1, 3.1)
        z = island_height(x, y)
        near_mill = math.hypot(x - 1.5, y + 0.4) < 1.25 or (x > 0.4 and y < -1.1)
        crowded = any(math.hypot(x - a, y - b) < 0.42 for a, b in planted)
        if 0.42 < z < 1.75 and not near_mill and not crowded:
            planted.append((x, y))
            size = rnd.uniform(0.55, 0.95)
            instance("Pine%02d" % len(planted), pine, (x, y, z - 0.03), size, rnd.uniform(0, 6.3))


def make_clouds(collection):
    white = material("Cloud", (0.95, 0.93, 0.92), roughness=1.0)
    for number, (x, y, z, size) in enumerate(
        ((-4.3, 6.5, 3.3, 0.95), (8.2, 9.5, 3.7, 1.3), (1.2, 14, 4.1, 1.2), (-10.5, 13, 3.3, 1.5))
    ):
        parent = bpy.data.objects.new("Cloud%d" % number, None)
        collection.objects.link(parent)
        for i in range(5):
            bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=2, radius=0.62 * size * rnd.uniform(0.6, 1))
            puff = bpy.context.object
            puff.name = "Puff%d_%d" % (number, i)
            puff.data.materials.append(white)
            puff.location = ((i - 2) * 0.62 * size, rnd.uniform(-0.3, 0.3), rnd.uniform(-0.06, 0.2))
            puff.scale.z = 0.6
            puff.parent = parent
        for frame, shift in ((1, 0.0), (FRAMES + 1, 0.35)):
            parent.location = (x + shift, y, z)
            parent.keyframe_insert("location", frame=frame)


def make_light():
    bpy.ops.object.light_add(type="SUN", rotation=(math.radians(58), 0, math.radians(52)))
    sun = bpy.context.object
    sun.data.energy = 4.2
    sun.data.angle = math.radians(0.7)
    sun.data.color = (1.0, 0.80, 0.58)
    world = bpy.data.worlds.new("Evening")
    bpy.context.scene.world = world
    world.use_nodes = True
    tree = world.node_tree
    where = tree.nodes.new("ShaderNodeTexCoord")
    split = tree.nodes.new("ShaderNodeSeparateXYZ")
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    tree.links.new(where.outputs["Generated"], split.inputs["Vector"])
    tree.links.new(split.outputs["Z"], ramp.inputs["Fac"])
    tree.links.new(ramp.outputs["Color"], tree.nodes["Background"].inputs["Color"])
    elements = ramp.color_ramp.elements
    elements[0].position, elements[0].color = 0.0, (1.0, 0.66, 0.42, 1)
    elements[1].position, elements[1].color = 0.55, (0.13, 0.33, 0.62, 1)
    middle = elements.new(0.14)
    middle.color = (0.80, 0.62, 0.60, 1)
    tree.nodes["Background"].inputs["Strength"].default_value = 0.85
    world.cycles_visibility.diffuse = False  # add_skylight stands in for it
    world.cycles.sampling_method = "NONE"


def make_camera():
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    bpy.context.scene.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    camera.data.lens = 42
    target = Vector((0.25, 0.3, 1.62))
    for frame in range(1, FRAMES + 2, 3):
        part = (frame - 1) / FRAMES
        angle = math.radians(-90 + 14 * part - 2)
        camera.location = (12.6 * math.cos(angle), 12.6 * math.sin(angle), 3.9 + 0.5 * part)
        camera.rotation_euler = (target - camera.location).to_track_quat("-Z", "Y").to_euler()
        camera.keyframe_insert("location", frame=frame)
        camera.keyframe_insert("rotation_euler", frame=frame)


def linear_motion():
    for action in bpy.data.actions:
        for curve in action.fcurves:
            for point in curve.keyframe_points:
                point.interpolation = "LINEAR"


def make_scene(textures):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.name = "Island"
    collection = scene.collection
    make_island(collection, textures)
    make_water(collection)
    with bpy.data.libraries.load(os.path.join(HERE, "library", "props.blend"), link=True) as (_, into):
        into.collections = ["Pine", "Mill", "Sails"]
    pine, mill, sails = into.collections
    plant_trees(pine)
    x, y, turn = 1.5, -0.4, math.radians(-12)
    z = island_height(x, y) - 0.05
    instance("Mill", mill, (x, y, z), 1.0, turn)
    # One quarter turn in the whole animation: four equal sails make it a loop.
    wheel = instance("Sails", sails, (0, 0, 0))
    wheel.location = Vector((x, y, z + 1.82)) + Vector((math.sin(turn), -math.cos(turn), 0)) * 0.88
    for frame, spin in ((1, 0.2), (FRAMES + 1, 0.2 + math.pi / 2)):
        wheel.rotation_euler = (0, spin, turn)
        wheel.keyframe_insert("rotation_euler", frame=frame)
    make_clouds(collection)
    make_light()
    make_camera()
    linear_motion()
    render = scene.render
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = 480, 270, 100
    render.fps = 24
    render.image_settings.file_format = "PNG"
    render.image_settings.color_mode = "RGB"
    render.filepath = "//frames/island_####"
    scene.frame_start, scene.frame_end = 1, FRAMES
    scene.cycles.samples = 10
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = False
    scene.cycles.max_bounces = 1
    scene.cycles.diffuse_bounces = 0
    scene.cycles.glossy_bounces = 1
    scene.cycles.caustics_reflective = False
    scene.cycles.caustics_refractive = False
    scene.view_settings.view_transform = "Filmic"
    scene.view_settings.look = "Medium High Contrast"
    scene.view_settings.exposure = 0.35
    save(os.path.join(HERE, "scene.blend"))


def main():
    for folder in ("textures", "library"):
        os.makedirs(os.path.join(HERE, folder), exist_ok=True)
    textures = {
        "ground": write_png("ground.png", 128, 128, ground),
        "planks": write_png("planks.png", 32, 128, planks),
        "tiles": write_png("tiles.png", 128, 64, tiles),
        "needles": write_png("needles.png", 64, 64, needles),
    }
    make_library(textures)
    make_scene(textures)
    size = sum(
        os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(HERE) for name in names
    )
    print("demo: %d kB" % (size // 1000))


main()
