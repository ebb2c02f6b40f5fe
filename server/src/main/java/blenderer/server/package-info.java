/**
 * The server: wires HTTPS, keys, routes, scheduler, journal and content store together.
 *
 * <p>{@link blenderer.server.Server} owns the data folder, for which it holds a lock, and the order
 * in which parts start and stop: journal, store, scheduler, then the socket; backwards at the end.
 */
@NullMarked
package blenderer.server;

import org.jspecify.annotations.NullMarked;
