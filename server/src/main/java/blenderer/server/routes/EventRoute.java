package blenderer.server.routes;

import blenderer.core.Journal;
import blenderer.journal.AccountStore.Identity;
import blenderer.server.http.Exchange;
import blenderer.server.scheduling.EventFeed;
import blenderer.server.trust.Action;
import blenderer.server.trust.Gate;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/events}. A reader that is slow gets fewer, newer states; nothing is queued for it.
 */
final class EventRoute {

  private static final long HEARTBEAT_MILLIS = 15_000;
  private static final int SLICE = 16 << 10;
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final EventFeed feed;
  private final EventBoard board;
  private final Gate gate;

  EventRoute(EventFeed feed, EventBoard board, Gate gate) {
    this.feed = feed;
    this.board = board;
    this.gate = gate;
  }

  Endpoint endpoint() {
    return new Endpoint("GET", "/v1/events", Action.SEE_FARM, this::stream);
  }

  private void stream(Exchange exchange, Identity caller) throws IOException {
    Long seen = seen(exchange);
    exchange.answerHeader("Cache-Control", "no-store");
    if (exchange.method().equals("HEAD")) {
      exchange.stream(200, "text/event-stream", -1);
      return;
    }
    try (EventBoard.Reader reader = board.read(seen)) {
      OutputStream out = exchange.stream(200, "text/event-stream", -1);
      write(out, HEARTBEAT);
      while (!feed.isClosed()) {
        byte[] text = reader.next(HEARTBEAT_MILLIS);
        // Asked after the wait: a key that was revoked meanwhile shows nothing more.
        if (!gate.isLive(exchange, caller)) {
          break;
        }
        write(out, text == null ? HEARTBEAT : text);
      }
      out.close();
    } catch (Journal.JournalException e) {
      // In the middle of an answer no error can be told: whoever listens goes on with a new stream.
      throw new IOException("the journal is away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static @Nullable Long seen(Exchange exchange) {
    Optional<String> last = exchange.header("Last-Event-ID");
    if (last.isEmpty() || last.get().isEmpty()) {
      return null;
    }
    try {
      return Long.parseLong(last.get());
    } catch (NumberFormatException e) {
      throw Query.bad("Last-Event-ID", last.get(), "Send the id of an event, or none.");
    }
  }

  /** In slices: all that lies below copies what it is given, for each reader anew. */
  private static void write(OutputStream out, byte[] text) throws IOException {
    for (int at = 0; at < text.length; at += SLICE) {
      out.write(text, at, Math.min(SLICE, text.length - at));
    }
    out.flush();
  }
}
