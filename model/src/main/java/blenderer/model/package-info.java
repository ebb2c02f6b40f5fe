/**
 * The words every other module speaks: ids, digests, states, ranges, requirements, manifests.
 *
 * <p>Records and enums only; no files, sockets, SQL, threads, clocks, loggers or randomness.
 * Depends on nothing.
 */
@NullMarked
package blenderer.model;

import org.jspecify.annotations.NullMarked;
