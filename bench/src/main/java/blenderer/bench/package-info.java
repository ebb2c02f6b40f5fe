/**
 * Benchmarks: {@code blenderer bench NAME} prints one JSON line of figures, settings and what they
 * were measured against. They start real farms on this computer, except the one of the scheduler
 * alone; nothing here is timed by tests. Here is {@code blenderer sim}, too, which gives the pure
 * simulator threads, arguments and a progress bar.
 */
@NullMarked
package blenderer.bench;

import org.jspecify.annotations.NullMarked;
