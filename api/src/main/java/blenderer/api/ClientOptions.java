package blenderer.api;

import java.time.Duration;

/**
 * How patient a client is.
 *
 * @param connectTimeout for one address, TLS handshake included
 * @param readTimeout the longest silence of a server that was asked something; a long poll adds its
 *     own time
 * @param retry how calls that are safe to repeat are tried again; its patience suits a person who
 *     waits
 * @param transferPatience how long an upload or download waits for the server without any progress
 */
public record ClientOptions(
    Duration connectTimeout, Duration readTimeout, Backoff retry, Duration transferPatience) {

  /** 5 s to connect, 30 s to answer, 2 s of trying again, 60 s in a transfer. */
  public static ClientOptions defaults() {
    return new ClientOptions(
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        new Backoff(Duration.ofSeconds(2)),
        Duration.ofSeconds(60));
  }

  public ClientOptions withRetry(Backoff other) {
    return new ClientOptions(connectTimeout, readTimeout, other, transferPatience);
  }

  public ClientOptions withPatience(Duration patience) {
    return withRetry(retry.withPatience(patience));
  }

  public ClientOptions withTransferPatience(Duration patience) {
    return new ClientOptions(connectTimeout, readTimeout, retry, patience);
  }

  public ClientOptions withReadTimeout(Duration timeout) {
    return new ClientOptions(connectTimeout, timeout, retry, transferPatience);
  }
}
