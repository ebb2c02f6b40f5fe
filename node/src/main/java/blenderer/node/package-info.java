/**
 * A node: the command, its options, how it is enrolled, and how its parts are put together for one
 * run.
 *
 * <p>Owns the data folder and the file {@code connection} in it. May depend on all packages below
 * it, on {@code api} and on picocli.
 */
@NullMarked
package blenderer.node;

import org.jspecify.annotations.NullMarked;
