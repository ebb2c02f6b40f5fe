"""Renders four shining squares, which every Blender renders alike: see selftest.sh.

Emission alone, no colour transform, an orthographic camera: what each pixel must be is known
beforehand, and hardly anything of the computer goes unused on the way there.
"""

import os

import bpy

COLOURS = (
    ((-0.5, 0.5), (0.8, 0.05, 0.05)),
    ((0.5, 0.5), (0.05, 0.8, 0.05)),
    ((-0.5, -0.5), (0.05, 0.05, 0.8)),
    ((0.5, -0.5), (0.5, 0.5, 0.5)),
)


def material(colour):
    made = bpy.data.materials.new("shining")
    made.use_nodes = True
    nodes = made.node_tree.nodes
    nodes.clear()
    emission = nodes.new("ShaderNodeEmission")
    emission.inputs["Color"].default_value = (*colour, 1)
    output = nodes.new("ShaderNodeOutputMaterial")
    made.node_tree.links.new(emission.outputs["Emission"], output.inputs["Surface"])
    return made


def square(place, colour):
    x, y = place
    mesh = bpy.data.meshes.new("square")
    corners = [(x + dx, y + dy, 0) for dx, dy in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5))]
    mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
    mesh.materials.append(material(colour))
    bpy.context.scene.collection.objects.link(bpy.data.objects.new("square", mesh))


def main():
    scene = bpy.context.scene
    for thing in list(scene.objects):
        bpy.data.objects.remove(thing)
    for place, colour in COLOURS:
        square(place, colour)
    camera = bpy.data.cameras.new("camera")
    camera.type = "ORTHO"
    camera.ortho_scale = 2
    eye = bpy.data.objects.new("camera", camera)
    eye.location = (0, 0, 5)
    scene.collection.objects.link(eye)
    scene.camera = eye
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = 16
    scene.cycles.use_denoising = False
    scene.view_settings.view_transform = "Standard"
    scene.view_settings.look = "None"
    scene.render.resolution_x = 64
    scene.render.resolution_y = 64
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.filepath = os.path.join(os.getcwd(), "picture.png")
    bpy.ops.render.render(write_still=True)


main()
