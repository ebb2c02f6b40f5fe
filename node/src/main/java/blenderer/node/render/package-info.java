/**
 * What the agent knows of renderers: which ones ship with the program, which are installed here,
 * and what must be true before a result of theirs counts.
 *
 * <p>{@link blenderer.node.render.RendererKit} is the port to a shipped renderer. Holds no state.
 * May depend on {@code renderers} and {@code model}.
 */
@NullMarked
package blenderer.node.render;

import org.jspecify.annotations.NullMarked;
