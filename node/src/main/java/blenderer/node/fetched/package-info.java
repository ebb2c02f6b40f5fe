/**
 * Renderers that the farm's admin gave to the server: fetched when a job needs one, checked,
 * unpacked, asked what they are (in the sandbox), and kept within a bound.
 *
 * <p>{@link blenderer.node.fetched.FarmRenderers} owns the folder and the list of what the server
 * has. Its methods may be called from many threads; it starts none.
 */
@NullMarked
package blenderer.node.fetched;

import org.jspecify.annotations.NullMarked;
