package blenderer.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which handler answers what.
 *
 * @param method in upper case; a {@code GET} route also answers {@code HEAD}
 * @param pattern such as {@code /v1/jobs/{id}}; a part in braces takes one non-empty path part
 */
public record Route(String method, String pattern, Handler handler) {

  /** A route that was found, and what stood in its braces, decoded. */
  record Match(Route route, Map<String, String> params) {}

  /** Whether any route has this path, and the one that also has this method. */
  record Search(boolean pathKnown, @Nullable Match match) {}

  static Search find(List<Route> routes, String method, String rawPath) {
    String[] parts = rawPath.split("/", -1);
    String wanted = method.equals("HEAD") ? "GET" : method;
    boolean pathKnown = false;
    for (Route route : routes) {
      Map<String, String> params = route.params(parts);
      if (params != null) {
        pathKnown = true;
        if (route.method.equals(wanted)) {
          return new Search(true, new Match(route, params));
        }
      }
    }
    return new Search(pathKnown, null);
  }

  private @Nullable Map<String, String> params(String[] parts) {
    String[] mine = pattern.split("/", -1);
    if (mine.length != parts.length) {
      return null;
    }
    Map<String, String> params = new HashMap<>();
    for (int i = 0; i < mine.length; i++) {
      if (mine[i].startsWith("{") && !parts[i].isEmpty()) {
        params.put(mine[i].substring(1, mine[i].length() - 1), decode(parts[i]));
      } else if (!mine[i].equals(parts[i])) {
        return null;
      }
    }
    return params;
  }

  private static String decode(String part) {
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw HttpError.badRequest(
          "bad-path", "The path holds a broken percent escape.", "Escape it as UTF-8.");
    }
  }
}
