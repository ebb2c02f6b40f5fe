/**
 * HTTP/1.1 over TLS, as thin as it can be: routes, one exchange, limits, graceful stop.
 *
 * <p>Hides the server library (Helidon SE), so that it can be swapped by writing {@link
 * blenderer.server.http.HttpServer} and {@code HelidonExchange} anew; {@code HttpContractTest} says
 * what any such library has to do. Every request runs on a virtual thread of its own, which may
 * block. Owns the listening socket, the count of requests under way, and one thread that cuts
 * readers who no longer read. Knows nothing of jobs, keys or files.
 */
@NullMarked
package blenderer.server.http;

import org.jspecify.annotations.NullMarked;
