/**
 * The farm's record in SQL: the scheduler's rows, the content store's index, keys and invites.
 *
 * <p>{@code Database} owns one file: one connection on one thread writes, and gathers whatever
 * waits into one transaction; a small pool reads. What a writing method changed is durable when it
 * returns. All SQL of the project is here.
 *
 * <p>Safe for many threads. May depend on {@code core}, {@code cas} and {@code model}.
 */
@NullMarked
package blenderer.journal;

import org.jspecify.annotations.NullMarked;
