/** Tests of the shipped renderers; those tagged {@code blender} start a real Blender. */
@NullMarked
package blenderer.renderers;

import org.jspecify.annotations.NullMarked;
