/**
 * The scheduler: which task runs where, and what counts.
 *
 * <p>{@link blenderer.core.Scheduler} owns the live state of all unfinished jobs, of leases and of
 * nodes. It is pure: {@code apply(event, now)} changes that state and returns a {@link
 * blenderer.core.Decision}: rows for the {@link blenderer.core.Journal}, answers for nodes, a
 * verdict for a person. The same events at the same times give the same decisions, so that a
 * simulation runs the very code that runs the farm.
 *
 * <p>One thread calls it. It never touches files, sockets, SQL, threads, clocks or loggers, and
 * draws no randomness: time and ids come with the events. May depend on {@code model} only.
 *
 * <p>What a decision says may be told to the outside only after the journal has committed its rows;
 * when a commit fails, the scheduler is thrown away and loaded anew.
 */
@NullMarked
package blenderer.core;

import org.jspecify.annotations.NullMarked;
