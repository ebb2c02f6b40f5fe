package blenderer.journal;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a journal in PostgreSQL is: {@code postgresql://user@host:port/database?sslmode=…}. The
 * password comes apart from it, so that this can be shown and logged.
 */
public final class PostgresAddress {

  private static final int PORT = 5432;

  /** Options of a URL, by the names that PostgreSQL's own programs have, and the driver's names. */
  private static final Map<String, String> OPTIONS =
      new TreeMap<>(
          Map.of(
              "sslmode", "sslmode",
              "sslrootcert", "sslrootcert",
              "sslcert", "sslcert",
              "sslkey", "sslkey",
              "channel_binding", "channelBinding",
              "schema", "currentSchema"));

  private final List<String> hosts;
  private final String database;
  private final @Nullable String user;
  private final Map<String, String> options;
  private final @Nullable String password;

  private PostgresAddress(
      List<String> hosts,
      String database,
      @Nullable String user,
      Map<String, String> options,
      @Nullable String password) {
    this.hosts = hosts;
    this.database = database;
    this.user = user;
    this.options = options;
    this.password = password;
  }

  /** Whether a text means a database of this kind. */
  public static boolean isOne(String text) {
    return text.startsWith("postgresql://") || text.startsWith("postgres://");
  }

  /**
   * Reads a URL.
   *
   * @throws DatabaseRefused when it is none, or has a password in it: other users of a computer see
   *     what its programs were started with
   */
  public static PostgresAddress of(String url) {
    // Several hosts with ports are no authority that URI takes apart.
    String rest = url.substring(url.indexOf("://") + 3);
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    if (!isOne(url) || authority.contains("?")) {
      throw unreadable();
    }
    int at = authority.lastIndexOf('@');
    String user = at < 0 ? null : decoded(authority.substring(0, at));
    if (user != null && user.contains(":")) {
      throw new DatabaseRefused(
          "database-url",
          "The password stands in the database's URL, where every user of this computer can read"
              + " it. Leave it out of the URL and give it in a file with --db-password-file, in a"
              + " pgpass file, or in PGPASSWORD.");
    }
    List<String> hosts =
        Arrays.stream(authority.substring(at + 1).split(",", -1))
            .map(PostgresAddress::host)
            .toList();
    URI path;
    try {
      path = new URI(slash < 0 ? "" : rest.substring(slash));
    } catch (URISyntaxException e) {
      throw unreadable();
    }
    String database = path.getPath() == null ? "" : path.getPath().replaceFirst("^/", "");
    if (database.isEmpty() || database.contains("/")) {
      throw unreadable();
    }
    return new PostgresAddress(hosts, database, user, options(path.getRawQuery()), null);
  }

  private static String host(String text) {
    String host = text.isEmpty() ? "localhost" : text;
    return host.matches(".*:\\d{1,5}") && !host.matches("[0-9a-fA-F:]*:[0-9a-fA-F:]*:.*")
        ? host
        : host + ":" + PORT;
  }

  private static Map<String, String> options(@Nullable String query) {
    Map<String, String> options = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return options;
    }
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (!OPTIONS.containsKey(name) || equals < 0) {
        throw new DatabaseRefused(
            "database-url",
            "The database's URL has the option '"
                + name
                + "', which is not known here. Known are: "
                + String.join(", ", OPTIONS.keySet())
                + ".");
      }
      options.put(name, decoded(pair.substring(equals + 1)));
    }
    return options;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
  }

  private static DatabaseRefused unreadable() {
    return new DatabaseRefused(
        "database-url",
        "That is no URL of a database. Write it such as"
            + " postgresql://blenderer@db.example.org/blenderer?sslmode=verify-full");
  }

  /** The same with its password; null: the driver looks for a pgpass file. */
  public PostgresAddress withPassword(@Nullable String secret) {
    return new PostgresAddress(hosts, database, user, options, secret);
  }

  String database() {
    return database;
  }

  /** Who connects; the computer's user when nobody is named. */
  String user() {
    return user == null ? System.getProperty("user.name", "") : user;
  }

  boolean hasPassword() {
    return password != null;
  }

  String hosts() {
    return String.join(",", hosts);
  }

  /** Whether no network lies between. */
  private boolean isLocal() {
    return hosts.stream().allMatch(host -> host.matches("(localhost|127\\..*|\\[::1])(:\\d+)?"));
  }

  /** For the driver, without anything secret. */
  String jdbcUrl() {
    return "jdbc:postgresql://" + hosts() + "/" + database.replace("%", "%25").replace("?", "%3F");
  }

  /** For the driver; without a word about TLS no password and no row crosses a network bare. */
  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", user());
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("sslmode", isLocal() ? "prefer" : "require");
    options.forEach((name, value) -> properties.setProperty(OPTIONS.get(name), value));
    if (hosts.size() > 1) {
      properties.setProperty("targetServerType", "primary");
    }
    return properties;
  }

  /** The URL, which has no password. */
  @Override
  public String toString() {
    String query =
        options.entrySet().stream()
            .map(option -> option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining("&", "?", ""));
    return "postgresql://"
        + (user == null ? "" : user + "@")
        + hosts()
        + "/"
        + database
        + (options.isEmpty() ? "" : query);
  }
}
