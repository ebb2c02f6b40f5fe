/**
 * The input files of jobs on a node: downloaded once, kept by digest within a size, pinned while a
 * lease or a session needs them.
 *
 * <p>Owns the folder {@code cache} of a node's data folder. Safe for many threads. May depend on
 * {@code cas} and {@code model}; reaches the farm only by the port {@link
 * blenderer.node.cache.BlobFetch}.
 */
@NullMarked
package blenderer.node.cache;

import org.jspecify.annotations.NullMarked;
