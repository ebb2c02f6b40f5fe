package blenderer.server.http;

import java.io.IOException;

/** Answers one request. */
@FunctionalInterface
public interface Handler {

  /**
   * Answers {@code exchange} exactly once, or throws before anything was sent.
   *
   * @throws HttpError for an error that the caller is to see
   * @throws IOException when the peer is gone; nothing more is sent
   */
  void handle(Exchange exchange) throws IOException;
}
