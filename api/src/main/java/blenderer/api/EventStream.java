package blenderer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection to {@code GET /v1/events}. One thread reads; any thread may close it, which ends
 * the read with an {@link UnreachableException} ({@code cut}). After a loss, open a new one with
 * {@link #lastId}.
 */
public final class EventStream implements AutoCloseable {

  private final HttpReply reply;
  private final HttpPool pool;
  private final BufferedReader lines;
  private @Nullable String lastId;

  EventStream(HttpReply reply, HttpPool pool, @Nullable String lastId) {
    this.reply = reply;
    this.pool = pool;
    this.lastId = lastId;
    this.lines = new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8));
  }

  /**
   * The next event, of the kind {@code job}, {@code node}, {@code reset} or whatever a newer server
   * sends.
   *
   * @throws UnreachableException when the connection is lost, silent for too long, or closed
   */
  public Farm.Event next() {
    String kind = "message";
    StringBuilder data = new StringBuilder();
    try {
      while (true) {
        String line = lines.readLine();
        if (line == null) {
          throw new IOException("the server ended the stream of events");
        }
        if (line.isEmpty()) {
          if (!data.isEmpty() || kind.equals("reset")) {
            return event(kind, data.toString());
          }
          kind = "message";
        } else if (line.charAt(0) != ':') {
          int colon = line.indexOf(':');
          String field = colon < 0 ? line : line.substring(0, colon);
          String value = colon < 0 ? "" : line.substring(colon + 1);
          value = value.startsWith(" ") ? value.substring(1) : value;
          switch (field) {
            case "event" -> kind = value;
            case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
            case "id" -> lastId = value;
            default -> {
              // "retry" and what may come: of no use here.
            }
          }
        }
      }
    } catch (IOException e) {
      throw pool.lost(reply.connection(), e);
    }
  }

  private Farm.Event event(String kind, String data) throws JsonProcessingException {
    if (data.isBlank()) {
      return new Farm.Event(kind, "", 0, null);
    }
    return Json.mapper().readValue(data, Farm.Event.class);
  }

  /** The id of the last event that had one: where to go on. */
  public Optional<String> lastId() {
    return Optional.ofNullable(lastId);
  }

  /** An event's row as the record it is, if the event carries one. */
  public static <T> Optional<T> row(Farm.Event event, Class<T> type) {
    return event.row() == null
        ? Optional.empty()
        : Optional.of(Json.mapper().convertValue(event.row(), type));
  }

  @Override
  public void close() {
    reply.connection().abort();
    reply.connection().finish(false);
  }
}
