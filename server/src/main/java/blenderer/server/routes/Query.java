package blenderer.server.routes;

import blenderer.model.Digest;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads parameters of requests; what makes no sense is a 400 that names it. */
final class Query {

  static final int MOST_ROWS = 1000;
  private static final int USUAL_ROWS = 100;

  private Query() {}

  static int limit(Exchange exchange) {
    return (int) number(exchange, "limit", USUAL_ROWS, 1, MOST_ROWS);
  }

  static long number(Exchange exchange, String name, long usual, long least, long most) {
    Optional<String> text = exchange.query(name);
    if (text.isEmpty()) {
      return usual;
    }
    try {
      long value = Long.parseLong(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw bad(name, text.get(), "Give a whole number from " + least + " to " + most + ".");
  }

  /** A whole number in the path. */
  static int whole(Exchange exchange, String name) {
    String text = exchange.param(name);
    try {
      int value = Integer.parseInt(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw bad(name, text, "Give a whole number from 0 on.");
  }

  static <T> @Nullable T word(Exchange exchange, String name, Function<String, T> reader) {
    Optional<String> text = exchange.query(name);
    if (text.isEmpty() || text.get().isEmpty()) {
      return null;
    }
    try {
      return reader.apply(text.get());
    } catch (IllegalArgumentException e) {
      throw bad(name, text.get(), "See openapi.yaml for what it takes.");
    }
  }

  static HttpError bad(String name, String value, String next) {
    return HttpError.badRequest(
        "bad-parameter", "'" + value + "' does not do for " + name + ".", next);
  }

  static Digest digest(String name, String text) {
    if (!Digest.isValid(text)) {
      throw HttpError.badRequest(
          "bad-digest",
          "The " + name + " '" + text + "' is no digest.",
          "Send 64 lower-case hexadecimal digits.");
    }
    return new Digest(text);
  }

  /** A required field of a JSON body, which may be missing whatever its record says. */
  static <T> T need(@Nullable T value, String name) {
    if (value == null) {
      throw HttpError.of(
          422,
          "field-missing",
          "The field '" + name + "' is missing.",
          "Send it; see openapi.yaml.");
    }
    return value;
  }
}
