/**
 * The Open Job Description session: one step of one job on one slot, many tasks in a row. Enters
 * environments and leaves them in reverse, writes embedded files, runs actions in process groups of
 * their own with timeouts and cancellation, and reads what they print.
 *
 * <p>A session owns its folder, its FIFOs and every process that carries its mark; all are gone
 * when it has been left. One thread drives a session; any thread may cancel it; what actions print
 * arrives on the session's own reading thread, in order. May depend on {@code node.os}, {@code
 * openjd} and {@code model}; knows neither the farm nor any renderer.
 */
@NullMarked
package blenderer.node.session;

import org.jspecify.annotations.NullMarked;
