"""Which camera Blender takes for a scene, and whether it needs one.

As in render_pipeline's checks before a render; the corpus holds scenes of each kind.
https://projects.blender.org/blender/blender/src/branch/main/source/blender/render/intern/pipeline.cc
"""


def name_of(scene):
    """The scene's camera, one bound to a marker, or the first that Blender itself would find; None."""
    if scene.camera:
        return scene.camera.name
    bound = {marker.camera.name for marker in scene.timeline_markers if marker.camera}
    if bound:
        return min(bound)
    found = _first(scene)
    return found.name if found else None


def _first(scene):
    """What Blender makes the camera of a scene that has none: the first in the layer it renders."""
    layer = next((layer for layer in scene.view_layers if layer.use), None) or scene.view_layers[0]
    return next((ob for ob in layer.objects if ob.type == "CAMERA"), None)


def is_needed(scene):
    """False if what the scene writes comes from strips or from a compositor without rendered layers."""
    if _shows_strips(scene):
        return False
    tree = _compositor(scene)
    if tree is None or not scene.render.use_compositing:
        return True
    return any(
        node.type == "R_LAYERS" and not node.mute and name_of(node.scene or scene) is None
        for node in tree.nodes
    )


def _shows_strips(scene):
    editor = scene.sequence_editor
    if not editor or not scene.render.use_sequencer:
        return False
    strips = editor.strips if hasattr(editor, "strips") else editor.sequences
    return any(strip.type != "SOUND" and not strip.mute for strip in strips)


def _compositor(scene):
    if hasattr(scene, "compositing_node_group"):  # from 5.0
        return scene.compositing_node_group
    return scene.node_tree if scene.use_nodes else None
