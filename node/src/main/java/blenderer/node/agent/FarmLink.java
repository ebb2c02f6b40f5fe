package blenderer.node.agent;

import blenderer.api.LiveLogs;
import blenderer.api.NodeSync;
import blenderer.node.cache.BlobFetch;
import blenderer.node.outbox.BlobSink;

/** All that a node says to its farm. Methods throw {@code FarmException} when it does not work. */
public interface FarmLink extends BlobSink, BlobFetch, AutoCloseable {

  /** Tells new lines of running attempts that somebody follows. */
  LiveLogs.Wanted tell(LiveLogs.Told told);

  /** A connection for the conversation, kept from call to call. */
  Line openLine();

  @Override
  void close();

  /** One connection; one thread talks, any thread may cut. */
  interface Line extends AutoCloseable {

    /** Sends the node's state and waits for the wanted one. */
    NodeSync.Answer sync(NodeSync.Request request);

    @Override
    void close();
  }
}
