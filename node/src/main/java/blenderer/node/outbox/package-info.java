/**
 * Finished results on their way to the server: kept, uploaded, offered, and gone only when the
 * server has answered for them.
 *
 * <p>{@link blenderer.node.outbox.Outbox} owns the folder {@code outbox} of a node's data folder;
 * {@link blenderer.node.outbox.Uploader} and {@link blenderer.node.outbox.OutboxSync} own one
 * thread each. All are safe for many threads. May depend on {@code api} (the wire's records) and
 * {@code model}; reaches the farm only by the port {@link blenderer.node.outbox.BlobSink}.
 */
@NullMarked
package blenderer.node.outbox;

import org.jspecify.annotations.NullMarked;
