/**
 * The wall around a session: what its processes see, what they may write, and how much of the
 * computer they may use.
 *
 * <p>{@link blenderer.node.sandbox.Sandbox} opens a {@link blenderer.node.sandbox.SessionBox} for
 * each session, whose {@link blenderer.node.os.ProcessControl} starts processes inside it. One box
 * is one process namespace, so that what one action leaves in the background is seen by the next,
 * and all of it dies with the box. Bubblewrap makes the wall; a shell behind it starts the actions,
 * so nothing of the node's own ever enters a namespace in which foreign code runs. Limits are kept
 * by control groups where the node may make them, else by looking.
 *
 * <p>Owns the boxes, their processes and their control groups. Safe for many threads. May depend on
 * {@code node.os} and {@code model}.
 */
@NullMarked
package blenderer.node.sandbox;

import org.jspecify.annotations.NullMarked;
