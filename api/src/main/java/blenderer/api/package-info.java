/**
 * What goes over the wire: the JSON records of {@code api/openapi.yaml}, the connection string, and
 * the typed client that nodes and people's commands share.
 *
 * <p>Records hold no behaviour and no state. The client owns its connections; it is safe for use by
 * many threads. May depend on {@code model} only, never on the server.
 */
@NullMarked
package blenderer.api;

import org.jspecify.annotations.NullMarked;
