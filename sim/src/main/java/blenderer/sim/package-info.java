/**
 * Whole farms in one thread and in virtual time: the real scheduler with modelled nodes, network,
 * disk and people, for finding faults by seed and for planning.
 *
 * <p>Pure like the core: no files, sockets, threads or clocks, and no randomness but that of a
 * seed, so that a run can be had again by its numbers. May depend on {@code core} and {@code
 * model}. What runs it (the command, several threads) stands outside.
 */
@NullMarked
package blenderer.sim;

import org.jspecify.annotations.NullMarked;
