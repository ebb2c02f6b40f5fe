"""Which camera Blender takes for a scene, and whether it needs one.

As in render_pipeline's checks before a render; the corpus holds scenes of each kind.
https://projects.blender.org/blender/blender/src/branch/main/source/blender/render/intern/pipeline.cc
"""


def name_of(scene):
    """The scene's camera, or one bound to a marker; None. Blender takes no other, if there are any."""
    if scene.camera:
        return scene.camera.name
    bound = {marker.camera.name for marker in scene.timeline_markers if marker.camera}
    return min(bound) if bound else None


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
