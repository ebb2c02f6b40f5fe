/**
 * The farm's record in SQL: the scheduler's rows, the content store's index, keys and invites.
 *
 * <p>{@code Database} owns one file of SQLite, or the tables of one PostgreSQL database as long as
 * it leads: one connection on one thread writes, and gathers whatever waits into one transaction; a
 * small pool reads. What a writing method changed is durable when it returns. All SQL of the
 * project is here, one text for both; what differs is behind {@code Engine} and {@code
 * Transactions}.
 *
 * <p>Safe for many threads. May depend on {@code core}, {@code cas} and {@code model}.
 */
@NullMarked
package blenderer.journal;

import org.jspecify.annotations.NullMarked;
