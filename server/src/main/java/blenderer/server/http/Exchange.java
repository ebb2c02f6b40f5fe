package blenderer.server.http;

import blenderer.api.Farm;
import blenderer.api.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request and the answer to it. Used by the one thread that handles it. */
public interface Exchange {

  /** The longest JSON body, in bytes. */
  int MAX_JSON = 8 << 20;

  /** Absent values are left out; unknown properties are ignored, so that peers may be newer. */
  ObjectMapper JSON = Json.mapper();

  /** In upper case. */
  String method();

  /** The path as it was sent, without the query. */
  String path();

  /** What stood behind the {@code ?} of the path, as it was sent; empty if nothing did. */
  String rawQuery();

  /** What stood in the braces of the route's pattern. */
  String param(String name);

  /** The first value of a query parameter, decoded. */
  Optional<String> query(String name);

  /** Every header of the request, by its name. */
  Map<String, List<String>> headers();

  /** The first value of a header of the request. */
  Optional<String> header(String name);

  /** The peer's address, without its port. */
  String peer();

  /** The body's length in bytes; -1 if it was not told. */
  long length();

  /** The body; empty if there is none. */
  InputStream body();

  /** Adds a header to the answer; only before it is sent. */
  void answerHeader(String name, String value);

  /** Sends the whole answer. */
  void send(int status, String type, byte[] body) throws IOException;

  /**
   * Sends the answer's head and returns its body, which the caller closes when, and only when, all
   * of it was written. To {@code HEAD} the body goes nowhere.
   *
   * @param length of the body in bytes; -1 if nobody knows it yet
   */
  OutputStream stream(int status, String type, long length) throws IOException;

  /** The JSON body as {@code type}; 400, 411 or 413 if it is none. */
  default <T> T json(Class<T> type) throws IOException {
    byte[] bytes = jsonBytes();
    try {
      T value =
          JSON.readerFor(type)
              .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
              .readValue(bytes);
      if (value == null) {
        throw HttpError.badRequest("bad-json", "The body is null.", "Send a JSON object.");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw HttpError.badRequest(
          "bad-json", "The body is not what this call takes: " + firstLine(e), "See openapi.yaml.");
    }
  }

  /** The JSON body as it came, within {@link #MAX_JSON}. */
  default byte[] jsonBytes() throws IOException {
    byte[] bytes = length() > MAX_JSON ? null : body().readNBytes(MAX_JSON + 1);
    if (bytes == null || bytes.length > MAX_JSON) {
      throw HttpError.of(
          413,
          "body-too-large",
          "The body is longer than " + MAX_JSON + " bytes.",
          "Send it in several calls.");
    }
    return bytes;
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("");
  }

  /** Sends {@code value} as JSON. */
  default void json(int status, Object value) throws IOException {
    send(status, "application/json", JSON.writeValueAsBytes(value));
  }

  /** Sends an answer without a body. */
  default void empty(int status) throws IOException {
    send(status, "", new byte[0]);
  }

  /** Sends an error. */
  default void problem(Farm.Problem problem) throws IOException {
    send(problem.status(), "application/problem+json", JSON.writeValueAsBytes(problem));
  }
}
