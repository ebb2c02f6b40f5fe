package blenderer.s3;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which bucket of which store, as {@code s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME&ca=FILE]}.
 *
 * @param bucket its name
 * @param prefix before every key, with a slash at its end unless it is empty
 * @param endpoint of a store that is not Amazon's
 * @param region of the bucket
 * @param authority a file with the certificates, PEM, of who vouches for the endpoint; empty: those
 *     that this computer knows
 */
public record S3Location(
    String bucket, String prefix, Optional<URI> endpoint, String region, Optional<Path> authority) {

  /** What is said when none is named; stores other than Amazon's most often do not care. */
  private static final String REGION = "us-east-1";

  private static final Set<String> KNOWN = Set.of("endpoint", "region", "ca", "insecure");

  /** The text is no such location; the message says what is wrong and how it should look. */
  public static final class BadLocation extends Exception {
    private static final long serialVersionUID = 1;

    BadLocation(String message) {
      super(message);
    }
  }

  /**
   * Reads a location.
   *
   * @throws BadLocation also for an endpoint without TLS beyond this computer, unless the location
   *     says {@code insecure=true}
   */
  public static S3Location parse(String text) throws BadLocation {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new BadLocation("'" + text + "' is no address: " + e.getReason() + ". " + form());
    }
    String bucket = uri.getRawAuthority();
    if (!"s3".equals(uri.getScheme()) || bucket == null) {
      throw new BadLocation("'" + text + "' names no bucket. " + form());
    }
    if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new BadLocation(
          "'" + bucket + "' cannot be a bucket: 3 to 63 of a-z, 0-9, '.' and '-'. " + form());
    }
    Map<String, String> options = options(uri);
    Optional<URI> endpoint = Optional.empty();
    String address = options.get("endpoint");
    if (address != null) {
      endpoint = Optional.of(endpoint(address, "true".equals(options.get("insecure"))));
    }
    String path = uri.getPath().replaceFirst("^/+", "").replaceFirst("/+$", "");
    return new S3Location(
        bucket,
        path.isEmpty() ? "" : path + "/",
        endpoint,
        options.getOrDefault("region", REGION),
        Optional.ofNullable(options.get("ca")).map(Path::of));
  }

  private static Map<String, String> options(URI uri) throws BadLocation {
    Map<String, String> options = new HashMap<>();
    String query = uri.getRawQuery();
    if (query == null) {
      return options;
    }
    for (String one : query.split("&", -1)) {
      int equals = one.indexOf('=');
      String name = equals < 0 ? one : one.substring(0, equals);
      if (!KNOWN.contains(name)) {
        throw new BadLocation("'" + name + "' is not known in '" + uri + "'. " + form());
      }
      options.put(
          name,
          URLDecoder.decode(equals < 0 ? "" : one.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return options;
  }

  private static URI endpoint(String address, boolean insecure) throws BadLocation {
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      throw new BadLocation("The endpoint '" + address + "' is no address. " + form());
    }
    boolean plain = "http".equals(uri.getScheme());
    if (uri.getHost() == null || !(plain || "https".equals(uri.getScheme()))) {
      throw new BadLocation("The endpoint '" + address + "' must begin with https://. " + form());
    }
    if (plain && !insecure && !isHere(uri.getHost())) {
      throw new BadLocation(
          "The endpoint '"
              + address
              + "' has no TLS: everybody on the way could read the scenes. Use https://, or add"
              + " insecure=true where the way there is safe by other means.");
    }
    return uri;
  }

  private static boolean isHere(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String form() {
    return "It looks like s3://BUCKET?endpoint=https://HOST:PORT, with a /PREFIX and region=NAME"
        + " if need be.";
  }

  /** The text that {@link #parse} reads as this location; says nothing secret. */
  public String url() {
    List<String> options = new ArrayList<>();
    endpoint.ifPresent(
        uri -> {
          options.add("endpoint=" + value(uri.toString(), "+"));
          if ("http".equals(uri.getScheme()) && !isHere(uri.getHost())) {
            options.add("insecure=true");
          }
        });
    if (!region.equals(REGION)) {
      options.add("region=" + value(region, "+"));
    }
    authority.ifPresent(file -> options.add("ca=" + value(file.toString(), "+")));
    String where = "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + value(prefix, "%20"));
    return where.replaceFirst("/$", "")
        + (options.isEmpty() ? "" : "?" + String.join("&", options));
  }

  /** Of an address only what would end it is written in another way, so that people can read it. */
  private static String value(String text, String blank) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", blank)
        .replace("%3A", ":")
        .replace("%2F", "/");
  }

  /** For people; says nothing secret. */
  @Override
  public String toString() {
    return place() + endpoint.map(uri -> " at " + uri).orElse("");
  }

  /** Bucket and prefix, which are the same from wherever the store is reached. */
  public String place() {
    return "s3://"
        + bucket
        + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
  }
}
