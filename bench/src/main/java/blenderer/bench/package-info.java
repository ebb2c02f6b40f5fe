/**
 * Benchmarks: {@code blenderer bench NAME} prints one JSON line of figures, settings and what they
 * were measured against. They start real farms on this computer; nothing here is timed by tests.
 */
@NullMarked
package blenderer.bench;

import org.jspecify.annotations.NullMarked;
