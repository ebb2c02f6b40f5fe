/**
 * Renderers that come as an archive, such as the makers of Blender offer them: unpacking one that
 * nobody vouches for. Owns no state; everything may be called from many threads, for different
 * folders.
 */
@NullMarked
package blenderer.renderers.archives;

import org.jspecify.annotations.NullMarked;
