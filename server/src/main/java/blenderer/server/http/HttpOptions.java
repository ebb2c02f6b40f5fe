package blenderer.server.http;

import java.time.Duration;
import java.util.Map;

/**
 * How the server listens.
 *
 * @param host address to bind, such as {@code 0.0.0.0}
 * @param port 0: any that is free
 * @param idle how long a connection may be silent between requests or within a body
 * @param patience how long one write may take until the reader is cut
 * @param headers added to every answer
 */
public record HttpOptions(
    String host, int port, Duration idle, Duration patience, Map<String, String> headers) {

  /** The usual times, for an address. */
  public static HttpOptions at(String host, int port, Map<String, String> headers) {
    return new HttpOptions(host, port, Duration.ofSeconds(90), Duration.ofSeconds(60), headers);
  }
}
