/**
 * Benchmarks of a real server: it runs in a process of its own, durable as always, and this process
 * plays the nodes, over HTTPS and with the client that real nodes use. Simulated nodes sync, report
 * and upload; they render nothing.
 *
 * <p>Each node is a virtual thread with a connection of its own. After a run what the nodes were
 * told is compared with what the server says: a figure whose counts do not add up is not printed.
 */
@NullMarked
package blenderer.bench.crowd;

import org.jspecify.annotations.NullMarked;
