"""Makes a scene with a dependency of every kind that a frame can show, most of them outside the
scene's folder. Run in Blender with the folder for all of it as the only argument after "--".

project/shots/stage.blend has all but strips; project/shots/closure.blend renders the scene "Cut",
whose strips show the scene "Stage"; lean.blend and lean_stage.blend are the same without a fluid.
"""

import ctypes
import os
import shutil
import struct
import subprocess
import sys

import bpy

ROOT = sys.argv[sys.argv.index("--") + 1] + "/"
PROJECT, STORE = ROOT + "project/", ROOT + "store/"
FIRST, LAST = 1, 6


def folder_for(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


def picture(path, colour, ending="PNG"):
    image = bpy.data.images.new("made", 8, 8)
    image.pixels = [c * (0.4 + 0.2 * ((i // 4) % 3)) for i in range(0, 256, 4) for c in colour]
    image.filepath_raw = folder_for(path)
    image.file_format = ending
    image.save()
    bpy.data.images.remove(image)


def fresh():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.preferences.filepaths.save_version = 0


def material(name, image, frames=0, offset=0):
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    tree = made.node_tree
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    if frames:
        node.image_user.frame_duration = frames
        node.image_user.frame_offset = offset
        node.image_user.use_auto_refresh = True
    shader = tree.nodes.new("ShaderNodeEmission")
    tree.links.new(node.outputs[0], shader.inputs[0])
    tree.links.new(shader.outputs[0], tree.nodes["Material Output"].inputs[0])
    return made


def plane(name, x, y, look=None, cuts=0):
    if cuts:
        bpy.ops.mesh.primitive_grid_add(size=1.6, location=(x, y, 0), x_subdivisions=cuts, y_subdivisions=cuts)
    else:
        bpy.ops.mesh.primitive_plane_add(size=1.6, location=(x, y, 0))
    ob = bpy.context.object
    ob.name = name
    if look:
        ob.data.materials.append(look)
    return ob


def save(path):
    bpy.ops.wm.save_as_mainfile(filepath=folder_for(path))


def movie(path, source):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source + "=size=64x36:rate=24:duration=0.5"]
        + ["-pix_fmt", "yuv420p", folder_for(path)],
        check=True,
    )


def mdd(path, points):
    """Points moved up a little more in each frame."""
    with open(folder_for(path), "wb") as file:
        file.write(struct.pack(">2i", LAST, len(points)))
        file.write(struct.pack(">%df" % LAST, *(n / 24 for n in range(LAST))))
        for frame in range(LAST):
            for x, y, z in points:
                file.write(struct.pack(">3f", x, z + 0.15 * frame * (1 + x), -y))


def pc2(path, points):
    with open(folder_for(path), "wb") as file:
        file.write(b"POINTCACHE2\0" + struct.pack("<iiffi", 1, len(points), 0, 1, LAST))
        for frame in range(LAST):
            for x, y, z in points:
                file.write(struct.pack("<3f", x * (1 - 0.1 * frame), y, z))


def ies(path):
    angles, levels = [0, 20, 40, 60, 90], [1000, 700, 100, 900, 0]
    with open(folder_for(path), "w") as file:
        file.write("IESNA:LM-63-2002\nTILT=NONE\n1 1000 1 %d 1 1 2 0 0 0\n1 1 100\n" % len(angles))
        file.write(" ".join(map(str, angles)) + "\n0\n" + " ".join(map(str, levels)) + "\n")


def sound(path):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "sine=duration=0.2", folder_for(path)], check=True
    )


# A library that links another; the inner one has a picture of its own, by a relative path.
fresh()
picture(STORE + "libs/deep/tex/inner.png", (0.9, 0.8, 0.1, 1))
save(STORE + "libs/deep/inner.blend")
plane("Inner", -2.5, 2.7, material("InnerMat", bpy.data.images.load(STORE + "libs/deep/tex/inner.png")))
bpy.ops.file.make_paths_relative()
save(STORE + "libs/deep/inner.blend")
fresh()
with bpy.data.libraries.load(STORE + "libs/deep/inner.blend", link=True) as (_, into):
    into.objects = ["Inner"]
outer = bpy.data.objects.new("Outer", None)
outer.location.z = 0.1
bpy.context.scene.collection.objects.link(outer)
bpy.context.scene.collection.objects.link(into.objects[0])
into.objects[0].parent = outer
save(STORE + "libs/outer.blend")

# What the main scene refers to.
fresh()
picture(STORE + 'odd names/a "quote"\nand ünïcode.png', (0.2, 0.9, 0.9, 1))
for n in range(1, LAST + 3):
    picture(STORE + "seq/s_%04d.png" % n, (n / 9, 1 - n / 9, 0.2, 1))
    picture(STORE + "seq/S_%04d.png" % n, (0.1, n / 9, 1 - n / 9, 1))
    picture(STORE + "clip/plate.%03d.png" % n, (1 - n / 9, 0.3, n / 9, 1))
    picture(STORE + "strip/e%d.png" % n, (n / 9, 0.1, 0.5, 1))
for n in (1001, 1002):
    picture(STORE + "tiles/u.%d.png" % n, (0.2, 0.5, n - 1001, 1))
movie(STORE + "movies/texture.mp4", "testsrc")
movie(STORE + "movies/strip.mp4", "smptebars")
movie(STORE + "movies/clip.mp4", "rgbtestsrc")
sound(STORE + "sounds/beep.wav")
ies(STORE + "ies/lamp.ies")
for path, words in (
    ("osl/shader.osl", '#include "shared.h"\nshader s(output color c = TINT) {}\n'),
    ("osl/shared.h", "#define TINT color(1, 0, 0)\n"),
    ("notes/todo.txt", "More light.\n"),
):
    with open(folder_for(STORE + path), "w") as file:
        file.write(words)
with open(os.environ.get("CLOSURE_FONT", "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf"), "rb") as file:
    letters = file.read()
for name in ("object.ttf", "strip.ttf"):
    with open(folder_for(STORE + "fonts/" + name), "wb") as file:
        file.write(letters)

scene = bpy.context.scene
scene.name = "Stage"
save(PROJECT + "shots/closure.blend")

odd = bpy.data.images.load(STORE + 'odd names/a "quote"\nand ünïcode.png')
plane("Odd", 0, 2.7, material("Odd", odd))
for name, x in (("s", 2.5), ("S", 5)):
    image = bpy.data.images.load(STORE + "seq/%s_0001.png" % name)
    image.source = "SEQUENCE"
    plane("Sequence " + name, x, 2.7, material("Sequence " + name, image, LAST, 2 if name == "s" else 0))
tiles = bpy.data.images.load(STORE + "tiles/u.1001.png")
tiles.source = "TILED"
tiles.filepath = STORE + "tiles/u.<UDIM>.png"
tiles.tiles.new(1002)
wide = plane("Tiles", -2.5, 0.9, material("Tiles", tiles))
for corner in wide.data.uv_layers[0].data:
    corner.uv[0] *= 2
film = bpy.data.images.load(STORE + "movies/texture.mp4")
plane("Movie", 0, 0.9, material("Movie", film, 12))
with bpy.data.libraries.load(STORE + "libs/outer.blend", link=True) as (_, into):
    into.objects = ["Outer"]
scene.collection.objects.link(into.objects[0])
with bpy.data.libraries.load(STORE + "libs/deep/inner.blend", link=True) as (_, into):
    into.objects = ["Inner"]
scene.collection.objects.link(into.objects[0])

curve = bpy.data.curves.new("Words", "FONT")
curve.body = "Qg"
curve.font = bpy.data.fonts.load(STORE + "fonts/object.ttf")
words = bpy.data.objects.new("Words", curve)
words.location = (1.8, 0.6, 0)
scene.collection.objects.link(words)

for name, ending, write, x in (("Mdd", "mdd", mdd, 5), ("Pc2", "pc2", pc2, -2.5)):
    ob = plane(name, x, 0.9 if ending == "mdd" else -0.9)
    path = STORE + "mesh/points." + ending
    write(path, [tuple(v.co) for v in ob.data.vertices])
    cache = ob.modifiers.new("Cache", "MESH_CACHE")
    cache.cache_format = ending.upper()
    cache.filepath = path
    cache.frame_start = 1
    if ending == "mdd":
        cache.forward_axis, cache.up_axis = "POS_Y", "POS_Z"
        cache.flip_axis = set()

lamp = bpy.data.lights.new("Lamp", "POINT")
lamp.energy = 200
lamp.use_nodes = True
node = lamp.node_tree.nodes.new("ShaderNodeTexIES")
node.mode, node.filepath = "EXTERNAL", STORE + "ies/lamp.ies"
lamp.node_tree.links.new(node.outputs[0], lamp.node_tree.nodes["Emission"].inputs[1])
ob = bpy.data.objects.new("Lamp", lamp)
ob.location = (1, 0, 2.5)
scene.collection.objects.link(ob)
script = bpy.data.materials["Odd"].node_tree.nodes.new("ShaderNodeScript")
script.mode, script.filepath = "EXTERNAL", STORE + "osl/shader.osl"
bpy.data.texts.load(STORE + "notes/todo.txt")

# Simulations: cloth beside the .blend, particles in a folder elsewhere, smoke and an ocean.
cloth = plane("Cloth", 0, -0.9, cuts=6)
modifier = cloth.modifiers.new("Cloth", "CLOTH")
modifier.settings.quality = 3
dust = plane("Dust", 2.5, -0.9, cuts=4)
dust.modifiers.new("Dust", "PARTICLE_SYSTEM")
system = dust.particle_systems[0]
system.settings.count, system.settings.frame_end = 60, 6
system.settings.particle_size = 0.08
for cache in (modifier.point_cache, system.point_cache):
    cache.frame_start, cache.frame_end = FIRST, LAST
    cache.use_disk_cache = True
bpy.ops.mesh.primitive_cube_add(size=1.6, location=(5, -0.9, 0.3))
domain = bpy.context.object
domain.name = "Smoke"
fluid = domain.modifiers.new("Fluid", "FLUID")
fluid.fluid_type = "DOMAIN"
settings = fluid.domain_settings
settings.resolution_max = 10
settings.cache_frame_start, settings.cache_frame_end = FIRST, LAST
settings.cache_type = "ALL"
settings.cache_data_format = "OPENVDB"
settings.cache_directory = folder_for(STORE + "fluid/smoke/")
bpy.ops.mesh.primitive_uv_sphere_add(radius=0.3, location=(5, -0.9, 0))
flow = bpy.context.object.modifiers.new("Flow", "FLUID")
flow.fluid_type = "FLOW"
flow.flow_settings.flow_type, flow.flow_settings.flow_behavior = "SMOKE", "INFLOW"
flow.flow_settings.density = 5
bpy.context.object.hide_render = True
smoke = bpy.data.materials.new("Smoke")
smoke.use_nodes = True
smoke.node_tree.nodes.clear()
volume = smoke.node_tree.nodes.new("ShaderNodeVolumePrincipled")
volume.inputs["Density"].default_value = 8
volume.inputs["Emission Strength"].default_value = 0.3
output = smoke.node_tree.nodes.new("ShaderNodeOutputMaterial")
smoke.node_tree.links.new(volume.outputs[0], output.inputs["Volume"])
domain.data.materials.append(smoke)
sea = plane("Sea", -2.5, -2.7, cuts=2)
ocean = sea.modifiers.new("Ocean", "OCEAN")
ocean.geometry_mode = "GENERATE"
ocean.resolution, ocean.spatial_size, ocean.size = 4, 8, 0.15
ocean.wave_scale = 3
ocean.frame_start, ocean.frame_end = FIRST, LAST
ocean.filepath = folder_for(STORE + "ocean/cache/")

# The camera, the light, the compositor.
camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
camera.data.type, camera.data.ortho_scale = "ORTHO", 12
camera.location = (1.2, 0, 8)
scene.collection.objects.link(camera)
scene.camera = camera
sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
sun.rotation_euler = (0.6, 0.3, 0)
scene.collection.objects.link(sun)
scene.render.engine = "CYCLES"
scene.render.resolution_x, scene.render.resolution_y = 192, 108
scene.cycles.samples, scene.cycles.use_denoising = 2, False
scene.frame_start, scene.frame_end = FIRST, LAST
scene.render.filepath = "//out/stage_####"
scene.use_nodes = True
tree = scene.node_tree
layers = tree.nodes.get("Render Layers") or tree.nodes.new("CompositorNodeRLayers")
composite = tree.nodes.get("Composite") or tree.nodes.new("CompositorNodeComposite")
plate = bpy.data.movieclips.load(STORE + "clip/plate.001.png")
moving = bpy.data.movieclips.load(STORE + "movies/clip.mp4")
last = layers.outputs[0]
for clip in (plate, moving):
    node = tree.nodes.new("CompositorNodeMovieClip")
    node.clip = clip
    scaled = tree.nodes.new("CompositorNodeScale")
    scaled.space = "RENDER_SIZE"
    tree.links.new(node.outputs[0], scaled.inputs[0])
    mix = tree.nodes.new("CompositorNodeMixRGB")
    mix.inputs[0].default_value = 0.15
    tree.links.new(last, mix.inputs[1])
    tree.links.new(scaled.outputs[0], mix.inputs[2])
    last = mix.outputs[0]
tree.links.new(last, composite.inputs[0])
save(PROJECT + "shots/closure.blend")

bpy.ops.ptcache.bake_all(bake=True)
with bpy.context.temp_override(object=domain, active_object=domain):
    print("FLUID", bpy.ops.fluid.bake_all())
with bpy.context.temp_override(object=sea, active_object=sea):
    print("OCEAN", bpy.ops.object.ocean_bake(modifier="Ocean"))
# Without a window nobody marks the ocean as baked, and Python may not: the mark lies some bytes after
# the path, whose 1024 letters and the names of two layers come before it.
at = ocean.as_pointer()
at += ctypes.string_at(at, 4096).index(ocean.filepath.encode() + b"\0") + 1024
for mark in range(at + 128, at + 160):
    if ctypes.string_at(mark, 1) == b"\0" and not ocean.is_cached:
        ctypes.memset(mark, 1, 1)
        if not ocean.is_cached:
            ctypes.memset(mark, 0, 1)
assert ocean.is_cached
# The smoke's own files serve as a volume, too.
for n in range(FIRST, LAST + 1):
    with open(STORE + "fluid/smoke/data/fluid_data_%04d.vdb" % n, "rb") as file:
        voxels = file.read()
    with open(folder_for(STORE + "volume/v_%04d.vdb" % (n + 10)), "wb") as file:
        file.write(voxels)
fog = bpy.data.volumes.new("Fog")
fog.filepath = STORE + "volume/v_0011.vdb"
fog.is_sequence, fog.frame_duration, fog.frame_offset = True, LAST, 10
fog.materials.append(smoke)
ob = bpy.data.objects.new("Fog", fog)
ob.location = (1.2, -2.6, 0)
scene.collection.objects.link(ob)
# Particles written beside the .blend become those of a folder elsewhere.
cache = dust.particle_systems[0].point_cache
beside = PROJECT + "shots/blendcache_closure/"
away = folder_for(STORE + "points/dust/")
prefix = "Dust".encode().hex().upper()
for name in os.listdir(beside):
    if name.startswith(prefix):
        os.rename(beside + name, away + name.replace(prefix, "dust"))

# Alone, the stage can tell which frame needs which files; with strips that show it nobody can.
system = dust.particle_systems[0]
system.point_cache.use_external = True
system.point_cache.name = "dust"
system.point_cache.filepath = away
shutil.copytree(beside, PROJECT + "shots/blendcache_stage")
save(PROJECT + "shots/stage.blend")

# The strips of another scene show the first.
cut = bpy.data.scenes.new("Cut")
cut.render.engine = "BLENDER_WORKBENCH"
cut.render.resolution_x, cut.render.resolution_y = 192, 108
cut.frame_start, cut.frame_end = FIRST, LAST
cut.render.filepath = "//out/cut_####"
cut.camera = camera
cut.sequence_editor_create()
strips = cut.sequence_editor.sequences
strips.new_scene("Stage", scene, 1, 1)
stills = strips.new_image("Stills", STORE + "strip/e1.png", 2, 1)
for n in range(2, LAST + 1):
    stills.elements.append("e%d.png" % n)
stills.frame_final_duration = LAST
moving = strips.new_movie("Film", STORE + "movies/strip.mp4", 3, 1)
beep = strips.new_sound("Beep", STORE + "sounds/beep.wav", 4, 1)
title = strips.new_effect("Title", "TEXT", 5, frame_start=1, frame_end=LAST + 1)
title.text, title.font, title.font_size = "Ag", bpy.data.fonts.load(STORE + "fonts/strip.ttf"), 40
for strip, size, x in ((stills, 4, -60), (moving, 0.8, 60)):
    strip.blend_type = "ALPHA_OVER"
    strip.transform.scale_x = strip.transform.scale_y = size
    strip.transform.offset_x, strip.transform.offset_y = x, -35
title.blend_type = "ALPHA_OVER"
title.location = (0.5, 0.1)
bpy.context.window.scene = cut
save(PROJECT + "shots/closure.blend")

# Debian's 4.3 ends at once when it meets a fluid: the same without it.
for ob in (domain, bpy.data.objects["Sphere"]):
    ob.modifiers.clear()
shutil.copytree(beside, PROJECT + "shots/blendcache_lean")
save(PROJECT + "shots/lean.blend")
bpy.context.window.scene = scene
bpy.data.scenes.remove(cut)
shutil.copytree(beside, PROJECT + "shots/blendcache_lean_stage")
save(PROJECT + "shots/lean_stage.blend")
