package blenderer.server.replicas;

import blenderer.server.http.Exchange;
import blenderer.server.http.ExchangeView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** A call that another server of the farm received: from whom, and under which name of the host. */
final class PassedOn extends ExchangeView {

  /** The farm's secret, the sender's address, and the host that it called. */
  static final String HEADER = "Blenderer-Passed-On";

  private final String peer;
  private final String host;

  private PassedOn(Exchange below, String peer, String host) {
    super(below);
    this.peer = peer;
    this.host = host;
  }

  /** What a server writes into the header. */
  static String header(String secret, Exchange exchange) {
    return secret + " " + exchange.peer() + " " + exchange.header("Host").orElse("");
  }

  /** Whether a server of this farm sent it for itself, not for somebody who called it. */
  static boolean isOwn(Exchange exchange, String secret) {
    return exchange.header(HEADER).filter(value -> value.indexOf(' ') < 0).isPresent()
        && is(exchange, secret);
  }

  /** Whether a server of this farm sent it. */
  static boolean is(Exchange exchange, String secret) {
    return exchange.header(HEADER).filter(value -> isOf(value, secret)).isPresent();
  }

  private static boolean isOf(String value, String secret) {
    String shown = value.split(" ", 2)[0];
    return MessageDigest.isEqual(
        shown.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }

  /** The call as its sender meant it; the same if no server of this farm passed it on. */
  static Exchange received(Exchange exchange, String secret) {
    if (!is(exchange, secret)) {
      return exchange;
    }
    String[] parts = exchange.header(HEADER).orElse("").split(" ", -1);
    return new PassedOn(
        exchange, parts.length > 1 ? parts[1] : exchange.peer(), parts.length > 2 ? parts[2] : "");
  }

  @Override
  public String peer() {
    return peer;
  }

  @Override
  public Optional<String> header(String name) {
    return name.equalsIgnoreCase("Host") ? Optional.of(host) : super.header(name);
  }
}
