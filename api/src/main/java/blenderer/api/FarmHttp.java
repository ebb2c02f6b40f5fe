package blenderer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON calls over a pool of connections: builds targets, reads answers, turns problems to errors.
 */
final class FarmHttp {

  /** More of a problem is not read. */
  private static final String NO_ROUTE = "no-such-route";

  private static final int LARGEST_PROBLEM = 256 * 1024;

  private static final HttpCall.Header JSON =
      new HttpCall.Header("Content-Type", "application/json");

  private final HttpPool pool;
  private final ClientOptions options;

  FarmHttp(HttpPool pool, ClientOptions options) {
    this.pool = pool;
    this.options = options;
  }

  HttpPool pool() {
    return pool;
  }

  /** A path with a query; parameters whose value is null are left out. */
  static String target(String path, @Nullable Object... namesAndValues) {
    StringBuilder target = new StringBuilder(path);
    char mark = '?';
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      if (value != null) {
        target.append(mark).append(namesAndValues[i]).append('=').append(encode(value.toString()));
        mark = '&';
      }
    }
    return target.toString();
  }

  /** One segment of a path. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  <T> T get(String target, Class<T> type) {
    return get(target, Duration.ZERO, type);
  }

  /**
   * @param wait how long the server may keep the answer back
   */
  <T> T get(String target, Duration wait, Class<T> type) {
    Duration most = options.readTimeout().plus(wait);
    HttpCall call = new HttpCall("GET", target, List.of(), null, most, wait, most, true);
    return options.retry().retrying(() -> exchange(call, type));
  }

  /** Sends JSON to a route that may be asked the same twice. */
  <T> T send(String method, String target, @Nullable Object body, Class<T> type) {
    return send(method, target, List.of(), body, type);
  }

  <T> T send(
      String method,
      String target,
      List<HttpCall.Header> headers,
      @Nullable Object body,
      Class<T> type) {
    HttpCall call = call(method, target, headers, body, true);
    return options.retry().retrying(() -> exchange(call, type));
  }

  /**
   * Sends JSON to a route where twice is more than once: tried once, on a connection of its own.
   */
  <T> T sendOnce(String method, String target, @Nullable Object body, Class<T> type) {
    return exchange(call(method, target, List.of(), body, false), type);
  }

  HttpCall call(
      String method,
      String target,
      List<HttpCall.Header> headers,
      @Nullable Object body,
      boolean repeatable) {
    List<HttpCall.Header> all = new ArrayList<>(headers);
    HttpCall.Body bytes = HttpCall.Body.of(new byte[0]);
    if (body != null) {
      all.add(JSON);
      bytes = HttpCall.Body.of(toBytes(body));
    }
    return new HttpCall(method, target, all, bytes, options.readTimeout(), repeatable);
  }

  static byte[] toBytes(Object body) {
    try {
      return Json.mapper().writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("this cannot be written as JSON: " + body.getClass(), e);
    }
  }

  <T> T exchange(HttpCall call, Class<T> type) {
    try (HttpReply reply = pool.exchange(call)) {
      return read(reply, type);
    }
  }

  /** Reads the answer; a call whose answer has no content asks for {@link Done}. */
  <T> T read(HttpReply reply, Class<T> type) {
    failIfProblem(reply);
    if (type == Done.class) {
      return type.cast(Done.DONE);
    }
    byte[] body;
    try {
      // Whole before it is understood: Jackson calls what is cut within a list ill-formed.
      body = reply.body().readAllBytes();
    } catch (IOException e) {
      throw pool.lost(reply.connection(), e);
    }
    return understood(reply, body, type);
  }

  private static <T> T understood(HttpReply reply, byte[] body, Class<T> type) {
    ObjectReader reader = Json.mapper().readerFor(type);
    try {
      return type.cast(reader.readValue(body));
    } catch (IOException e) {
      throw new ApiException(
          new Farm.Problem(
              reply.status,
              "answer-not-understood",
              "The server's answer is not what this version of the program expects.",
              "Use the same version of Blenderer here and at the server.",
              "never"));
    }
  }

  /**
   * Reads an answer that the server began before it knew it: white space, then what was asked for,
   * or the problem that took its place.
   */
  <T> T readPulsed(HttpReply reply, Class<T> type) {
    byte[] body;
    try {
      body = reply.body().readAllBytes();
    } catch (IOException e) {
      throw pool.lost(reply.connection(), e);
    }
    Farm.Problem problem = problemIn(body);
    if (problem != null) {
      if (problem.status() == 503) {
        pool.cannotNow(reply.connection());
      }
      throw new ApiException(problem);
    }
    return understood(reply, body, type);
  }

  private static Farm.@Nullable Problem problemIn(byte[] body) {
    try {
      JsonNode all = Json.mapper().readTree(body);
      return all.path("status").asInt() >= 400 && all.has("code")
          ? Json.mapper().treeToValue(all, Farm.Problem.class)
          : null;
    } catch (IOException e) {
      return null; // said where the answer is read
    }
  }

  /** What a call without an answer's content returns. */
  enum Done {
    DONE
  }

  /** Throws if the status is not one of success; the reply's body is used up then. */
  void failIfProblem(HttpReply reply) {
    if (reply.status < 400) {
      return;
    }
    throw new ApiException(problem(reply), retryAfter(reply));
  }

  private Farm.Problem problem(HttpReply reply) {
    byte[] bytes;
    try {
      InputStream body = reply.body();
      bytes = body.readNBytes(LARGEST_PROBLEM);
    } catch (IOException e) {
      bytes = new byte[0];
    }
    String type = reply.header("content-type");
    if (type != null && type.contains("json")) {
      try {
        Farm.Problem problem = Json.mapper().readValue(bytes, Farm.Problem.class);
        if (NO_ROUTE.equals(problem.code())) {
          return ofAnotherVersion(reply);
        }
        return new Farm.Problem(
            reply.status,
            orElse(problem.code(), "http-" + reply.status),
            orElse(problem.title(), "The server refused the request."),
            orElse(problem.next(), "Look into the server's log."),
            orElse(problem.retry(), "never"));
      } catch (IOException e) {
        // Not one of ours: described below.
      }
    }
    return new Farm.Problem(
        reply.status,
        "http-" + reply.status,
        "The server answered with the HTTP status " + reply.status + " and no explanation.",
        "Look whether the address is that of a Blenderer server, and into the server's log.",
        reply.status >= 500 ? "here" : "never");
  }

  /** A server, known as one by its certificate, that does not know a call of this program's. */
  private static Farm.Problem ofAnotherVersion(HttpReply reply) {
    String version = reply.header("blenderer-version");
    return new Farm.Problem(
        reply.status,
        NO_ROUTE,
        "The server"
            + (version == null ? "" : ", Blenderer " + version + ",")
            + " does not know what this program asks of it: they are of different versions.",
        "Use the same version of Blenderer here and at the server.",
        "never");
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private static @Nullable Duration retryAfter(HttpReply reply) {
    String text = reply.header("retry-after");
    return text != null && text.matches("[0-9]{1,6}")
        ? Duration.ofSeconds(Long.parseLong(text))
        : null;
  }
}
