package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Json;
import blenderer.server.TestServer.Caller;
import blenderer.server.http.TestHttp;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A reader of the raw stream of events. */
final class TestEvents implements AutoCloseable {

  /** An event; the id is empty if it has none. */
  record Seen(String id, String kind, Farm.Event event) {}

  private final TestHttp http;
  private String rest = "";

  TestEvents(Caller caller, @Nullable String lastId) throws IOException {
    http = caller.farm().connect();
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + caller.secret());
    if (lastId != null) {
      headers.put("Last-Event-ID", lastId);
    }
    http.send("GET", "/v1/events", headers, null);
    assertThat(http.readLine()).startsWith("HTTP/1.1 200");
    while (!http.readLine().isEmpty()) {
      // headers
    }
  }

  private String block() throws IOException {
    while (!rest.contains("\n\n")) {
      byte[] chunk = http.chunk();
      if (chunk.length == 0) {
        throw new EOFException();
      }
      rest += new String(chunk, StandardCharsets.UTF_8);
    }
    int end = rest.indexOf("\n\n");
    String block = rest.substring(0, end);
    rest = rest.substring(end + 2);
    return block;
  }

  Seen next() throws IOException {
    while (true) {
      Map<String, String> fields = new HashMap<>();
      for (String line : block().split("\n", -1)) {
        int colon = line.indexOf(": ");
        if (colon > 0) {
          fields.put(line.substring(0, colon), line.substring(colon + 2));
        }
      }
      String data = fields.get("data");
      if (data != null) {
        return new Seen(
            fields.getOrDefault("id", ""),
            fields.getOrDefault("event", ""),
            Json.mapper().readValue(data, Farm.Event.class));
      }
    }
  }

  Seen next(Predicate<Seen> wanted) throws IOException {
    while (true) {
      Seen seen = next();
      if (wanted.test(seen)) {
        return seen;
      }
    }
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
