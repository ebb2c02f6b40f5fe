package blenderer.api;

import blenderer.model.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All that a peer needs to reach a server and be let in. Canonical form: {@code
 * https://h1:8443,h2:8443#v1.<fingerprint>.<secret>}.
 *
 * @param addresses one or more, tried in turn
 * @param fingerprint SHA-256 of the DER of the server's CA certificate, base64url without padding;
 *     empty: the system's trust, with a check of the host name
 * @param secret of an invite or a key, with the prefix that tells which
 */
public record ConnectionString(List<Address> addresses, String fingerprint, String secret) {

  /** The port of an address that names none. */
  public static final int DEFAULT_PORT = 8443;

  private static final String SCHEME = "https://";
  private static final Pattern FINGERPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final Pattern SECRET = Pattern.compile("bl[ik]_[A-Za-z0-9_-]{16,128}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.%a-z]{2,64}]");

  /**
   * Where a server listens.
   *
   * @param host a name or an address; an IPv6 address without its brackets
   */
  public record Address(String host, int port) {

    /**
     * Reads {@code HOST:PORT} or {@code HOST}.
     *
     * @throws ConnectionStringException when it is neither
     */
    public static Address parse(String text) {
      return parseAddress(text);
    }

    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  public ConnectionString {
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty()) {
      throw new ConnectionStringException("The connection string names no server.");
    }
    if (!fingerprint.isEmpty() && !FINGERPRINT.matcher(fingerprint).matches()) {
      throw new ConnectionStringException(
          "The fingerprint in the connection string has "
              + fingerprint.length()
              + " characters or odd ones; it must be 43 letters, digits, '-' or '_'.");
    }
    if (secret.isEmpty()) {
      throw new ConnectionStringException("The connection string ends before its secret.");
    }
    if (!SECRET.matcher(secret).matches()) {
      throw new ConnectionStringException(
          "The secret at the end of the connection string is cut off or is not one of an invite"
              + " (bli_…) or a key (blk_…).");
    }
  }

  /**
   * Reads the canonical form; a port may be missing.
   *
   * @throws ConnectionStringException saying what is wrong
   */
  public static ConnectionString parse(String text) {
    String line = text.strip();
    if (line.isEmpty()) {
      throw new ConnectionStringException("The connection string is empty.");
    }
    if (line.startsWith("http://")) {
      throw new ConnectionStringException(
          "The connection string begins with http://, but a farm is only reached by https://.");
    }
    if (!line.startsWith(SCHEME)) {
      throw new ConnectionStringException("The connection string does not begin with https://.");
    }
    int hash = line.indexOf('#');
    if (hash < 0) {
      throw new ConnectionStringException(
          "The connection string has no '#' with a fingerprint and a secret after it.");
    }
    List<Address> addresses = new ArrayList<>();
    for (String address : line.substring(SCHEME.length(), hash).split(",", -1)) {
      addresses.add(parseAddress(address));
    }
    String[] parts = line.substring(hash + 1).split("\\.", -1);
    if (!parts[0].equals("v1")) {
      throw new ConnectionStringException(
          parts[0].matches("v[0-9]{1,4}")
              ? "The connection string is of version "
                  + parts[0]
                  + "; this program knows only v1, so it is older than the server."
              : "After the '#' of the connection string comes no version such as v1.");
    }
    if (parts.length != 3) {
      throw new ConnectionStringException(
          "After the '#' of the connection string must come three parts with dots between them:"
              + " v1, the fingerprint, the secret.");
    }
    return new ConnectionString(addresses, parts[1], parts[2]);
  }

  /**
   * Reads a connection string from where a person said it is: the text itself, a file that holds
   * it, or {@code -} for {@code stdin}. All that an invite's command printed may be in either, with
   * sentences before the string.
   *
   * @throws ConnectionStringException when there is none, or it is wrong
   */
  public static ConnectionString read(String source, InputStream stdin) {
    if (source.equals("-")) {
      try {
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stdin, StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null && (line.isBlank() || isSentence(line))) {
          line = lines.readLine();
        }
        return parse(line == null ? "" : line);
      } catch (IOException e) {
        throw new ConnectionStringException("The connection string cannot be read from the input.");
      }
    }
    if (source.contains("://") || source.isBlank()) {
      return parse(source);
    }
    return readFile(source);
  }

  /** A string that was cut off is none, so that who types it hears of it at once. */
  private static boolean isSentence(String line) {
    return !line.startsWith(SCHEME) && line.strip().indexOf(' ') > 0;
  }

  private static ConnectionString readFile(String name) {
    try {
      Path file = Path.of(name);
      if (!Files.isRegularFile(file) || Files.size(file) > 64 * 1024) {
        throw new ConnectionStringException(
            "'" + name + "' is neither a connection string nor a file that holds one.");
      }
      List<String> lines = Files.readAllLines(file).stream().filter(one -> !one.isBlank()).toList();
      return parse(
          lines.stream()
              .filter(line -> line.strip().startsWith(SCHEME))
              .findFirst()
              .or(() -> lines.stream().findFirst())
              .orElseThrow(
                  () -> new ConnectionStringException("The file '" + name + "' is empty.")));
    } catch (IOException | InvalidPathException e) {
      throw new ConnectionStringException(
          "The file '" + name + "' with the connection string cannot be read.");
    }
  }

  private static Address parseAddress(String text) {
    if (text.isEmpty()) {
      throw new ConnectionStringException("The connection string has an empty server name.");
    }
    String given = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    int colon = given.lastIndexOf(':');
    boolean bare = colon < 0 || given.endsWith("]");
    String host = bare ? given : given.substring(0, colon);
    int port = DEFAULT_PORT;
    if (!bare) {
      String digits = given.substring(colon + 1);
      port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
      if (port < 1 || port > 65535) {
        throw new ConnectionStringException(
            "In the connection string, '" + digits + "' is no port (1 to 65535).");
      }
    }
    if (IPV6.matcher(host).matches()) {
      return new Address(host.substring(1, host.length() - 1), port);
    }
    if (!NAME.matcher(host).matches()) {
      throw new ConnectionStringException(
          "In the connection string, '" + host + "' is no server name or address.");
    }
    return new Address(host, port);
  }

  /** The fingerprint of a CA certificate given its DER form. */
  public static String fingerprintOf(byte[] der) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Digest.newHasher().digest(der));
  }

  /** The same servers and trust with another secret. */
  public ConnectionString withSecret(String other) {
    return new ConnectionString(addresses, fingerprint, other);
  }

  /** The same farm and secret, with those servers besides. */
  public ConnectionString withMore(List<Address> others) {
    Set<Address> all = new LinkedHashSet<>(addresses);
    all.addAll(others);
    return new ConnectionString(List.copyOf(all), fingerprint, secret);
  }

  /** Whether the secret is an invite's, to be turned into a key. */
  public boolean isInvite() {
    return secret.startsWith(Secrets.INVITE_PREFIX);
  }

  /** The canonical form, secret included: for files and the eyes of its owner only. */
  public String print() {
    return where() + "#v1." + fingerprint + "." + secret;
  }

  /** The canonical form up to the {@code #}: safe to show. */
  public String where() {
    return SCHEME + addresses.stream().map(Address::toString).collect(Collectors.joining(","));
  }

  /** Never holds the secret. */
  @Override
  public String toString() {
    return where() + "#v1." + fingerprint + "." + secret.substring(0, 4) + "…";
  }
}
