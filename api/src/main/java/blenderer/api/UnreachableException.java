package blenderer.api;

/**
 * No answer: nothing listens there, the connection broke, the server is not the one that the
 * fingerprint names, or the caller cut the call. The code tells which: {@code unreachable}, {@code
 * connection-lost}, {@code timeout}, {@code not-tls}, {@code wrong-fingerprint}, {@code
 * certificate-time}, {@code certificate-refused}, {@code cut}.
 */
public final class UnreachableException extends FarmException {

  private final boolean mayPass;

  UnreachableException(
      String code, String sentence, String next, boolean mayPass, Throwable cause) {
    super(code, sentence, next);
    this.mayPass = mayPass;
    initCause(cause);
  }

  @Override
  public boolean mayPass() {
    return mayPass;
  }

  /** Whether one server broke off or fell silent, so that another one can be asked. */
  boolean isOfOneServer() {
    return code().equals("connection-lost") || isSilence();
  }

  /** Whether a server said nothing for too long. */
  boolean isSilence() {
    return code().equals("timeout");
  }

  static UnreachableException lost(ConnectionString.Address address, Throwable cause) {
    return new UnreachableException(
        "connection-lost",
        "The connection to the server at " + address + " broke.",
        "Try again; if it happens often, look at the network and at the server's log.",
        true,
        cause);
  }

  static UnreachableException timeout(ConnectionString.Address address, Throwable cause) {
    return new UnreachableException(
        "timeout",
        "The server at " + address + " did not answer in time.",
        "Try again; if it happens often, look at the network and at the server's load.",
        true,
        cause);
  }

  static UnreachableException cut(Throwable cause) {
    return new UnreachableException(
        "cut",
        "The call to the server was cut short by this program.",
        "Call again.",
        false,
        cause);
  }
}
