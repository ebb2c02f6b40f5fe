package blenderer.api;

/** A text is no connection string; the message says what is wrong with it, never its secret. */
public final class ConnectionStringException extends FarmException {

  ConnectionStringException(String sentence) {
    super(
        "connection-string",
        sentence,
        "Copy the whole line that 'blenderer invite' printed, or name the file that holds it:"
            + " https://HOST:8443#v1.FINGERPRINT.SECRET");
  }

  @Override
  public boolean mayPass() {
    return false;
  }
}
