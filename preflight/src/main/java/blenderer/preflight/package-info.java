/**
 * Preflight: what would make a job of a scene fail or look other than meant, said before anything
 * is sent. {@link blenderer.preflight.Trap} is the one table of stable codes; {@link
 * blenderer.preflight.Preflight} applies it to what a scene says of itself (a trace by Blender, or
 * a fast look without it) and to what the farm's nodes can do.
 *
 * <p>Pure: values in, findings out, so that the command line, the server and a page say the same.
 * No state.
 */
@NullMarked
package blenderer.preflight;

import org.jspecify.annotations.NullMarked;
