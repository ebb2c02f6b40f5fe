/**
 * The files of the web page: what the program brings along, or a folder during development.
 *
 * <p>Knows nothing of the farm: the page is the same for everybody, and asks the API. Holds the
 * files in memory, packed; safe for many threads, starts none. Depends on {@code http} alone.
 */
@NullMarked
package blenderer.server.page;

import org.jspecify.annotations.NullMarked;
