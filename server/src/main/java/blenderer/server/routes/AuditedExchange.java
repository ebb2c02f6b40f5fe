package blenderer.server.routes;

import blenderer.core.Journal;
import blenderer.journal.AccountStore.Identity;
import blenderer.journal.AuditLog;
import blenderer.server.http.Exchange;
import blenderer.server.http.ExchangeView;
import blenderer.server.http.HttpError;
import blenderer.server.trust.Action;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of a person that changes something: who called, what for, and how it ended is in the audit
 * log before the answer goes out.
 */
final class AuditedExchange extends ExchangeView {

  /** Where calls are written. */
  record Log(AuditLog store, InstantSource clock) {}

  private static final Logger LOG = LoggerFactory.getLogger(AuditedExchange.class);
  private static final int LONGEST_DETAIL = 500;
  private static final int LONGEST_CALL = 300;

  private final Identity caller;
  private final Action action;
  private final Log log;
  private byte[] body = new byte[0];
  private byte[] answer = new byte[0];
  private String made = "";
  private boolean written;

  AuditedExchange(Exchange exchange, Identity caller, Action action, Log log) {
    super(exchange);
    this.caller = caller;
    this.action = action;
    this.log = log;
  }

  /** The call failed. */
  void failed(HttpError error) {
    write(error.problem().status(), error.problem().code());
  }

  /** A journal that cannot be written is no reason for another answer: then nothing changed. */
  private void write(int status, @Nullable String code) {
    if (written) {
      return;
    }
    written = true;
    boolean open = action.isOpen();
    String call = method() + " " + path() + (made.isEmpty() ? "" : " → " + made);
    try {
      log.store()
          .add(
              new AuditLog.Entry(
                  log.clock().millis(),
                  open ? newcomer() : caller.name(),
                  open ? "" : caller.role().word(),
                  peer(),
                  action.name(),
                  cut(call, LONGEST_CALL),
                  open ? "" : detail(),
                  status,
                  code));
    } catch (Journal.JournalException e) {
      LOG.warn("{} by '{}' is not in the audit log: {}", call, caller.name(), e.getMessage());
    }
  }

  private static String cut(String text, int most) {
    return text.length() > most ? text.substring(0, most - 1) + "…" : text;
  }

  /** What was sent, on one line; of what is no JSON only that it was there. */
  private String detail() {
    if (body.length == 0) {
      return "";
    }
    try {
      return cut(JSON.readTree(body).toString(), LONGEST_DETAIL);
    } catch (IOException e) {
      return body.length + " bytes";
    }
  }

  /** Whoever had no key yet: the name that was asked for, or that of the link. */
  private String newcomer() {
    String asked = field(body, "name");
    return asked.isEmpty() ? field(answer, "name") : asked;
  }

  private static String field(byte[] json, String name) {
    try {
      JsonNode value = JSON.readTree(json).path(name);
      return cut(value.asText(), 64);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public byte[] jsonBytes() throws IOException {
    body = super.jsonBytes();
    return body;
  }

  @Override
  public void answerHeader(String name, String value) {
    // What was made has an id that nobody knew when the call was sent.
    made = name.equals("Location") ? value : made;
    super.answerHeader(name, value);
  }

  @Override
  public void send(int status, String type, byte[] bytes) throws IOException {
    answer = bytes;
    write(status, null);
    super.send(status, type, bytes);
  }

  @Override
  public OutputStream stream(int status, String type, long length) throws IOException {
    write(status, null);
    return super.stream(status, type, length);
  }
}
