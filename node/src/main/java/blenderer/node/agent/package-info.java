/**
 * The agent's own work: it keeps one conversation with the server, holds what the server granted,
 * and lets its slots render it.
 *
 * <p>{@link blenderer.node.agent.LeaseBoard} owns the leases; {@link blenderer.node.agent.SyncLoop}
 * has the conversation on one thread; each {@link blenderer.node.agent.SlotWorker} is one thread
 * with at most one session. Preparing a lease (downloads) has a thread of its own per lease. The
 * farm is reached by the port {@link blenderer.node.agent.FarmLink} only, so that tests can play
 * the farm.
 */
@NullMarked
package blenderer.node.agent;

import org.jspecify.annotations.NullMarked;
