/**
 * The shell around the scheduler core: the one thread that feeds it, commits what it decides, and
 * only then answers; and what others may see of the live farm.
 *
 * <p>{@link blenderer.server.scheduling.SchedulerLoop} owns the core and that thread. {@link
 * blenderer.server.scheduling.LiveFarm} and {@link blenderer.server.scheduling.EventFeed} are
 * written by that thread after each commit and read by many. Depends on {@code core}, {@code model}
 * and, for progress, the wire records; knows no HTTP.
 */
@NullMarked
package blenderer.server.scheduling;

import org.jspecify.annotations.NullMarked;
