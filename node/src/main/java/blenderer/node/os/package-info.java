/**
 * What only the operating system can do for a node: processes in groups of their own, FIFOs, the
 * memory of a process tree, the lock on a data folder.
 *
 * <p>{@link blenderer.node.os.ProcessControl} is the port; it has one implementation, for Linux,
 * and a contract test that every other one must pass. Owns no state but the processes it started.
 * Safe for many threads. May depend on {@code model} only.
 */
@NullMarked
package blenderer.node.os;

import org.jspecify.annotations.NullMarked;
