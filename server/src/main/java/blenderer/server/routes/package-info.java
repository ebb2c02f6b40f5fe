/**
 * The routes of the API: each checks what it was given, asks the part that knows, and answers with
 * a wire record.
 *
 * <p>Holds no state but caches. {@link blenderer.server.routes.Api} lists every route with the
 * action it needs; a test walks that list. May depend on every module of the server side, and on
 * {@code http}, {@code trust} and {@code scheduling}; none of these knows it.
 */
@NullMarked
package blenderer.server.routes;

import org.jspecify.annotations.NullMarked;
