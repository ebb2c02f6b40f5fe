/**
 * Asks a Blender on the submitter's computer what a scene is and which files it needs.
 *
 * <p>Starts one Blender for each scene and waits for it. The words that Blender understands stay in
 * here and in the renderer's own folder.
 */
@NullMarked
package blenderer.submit.blender;

import org.jspecify.annotations.NullMarked;
