/**
 * {@code blenderer openjd run}: a whole job on this computer, in the session that nodes use too,
 * without server, farm and cache.
 *
 * <p>A run owns a temporary folder and whatever its actions start; both are gone when it ends. One
 * thread runs; what actions print comes from the session's reading thread; a signal cancels from a
 * third. May depend on {@code node.session}, {@code node.sandbox}, {@code node.os}, {@code openjd}
 * and {@code model}; knows nothing of the agent.
 */
@NullMarked
package blenderer.node.local;

import org.jspecify.annotations.NullMarked;
