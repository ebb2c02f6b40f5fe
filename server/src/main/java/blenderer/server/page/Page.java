package blenderer.server.page;

import blenderer.server.http.Exchange;
import blenderer.server.http.Handler;
import blenderer.server.http.HttpError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers whatever is no route of the API: a file of the page, or the page itself for the addresses
 * that it gives its views.
 */
public final class Page implements Handler {

  private static final String ROOT = "/blenderer/web/";

  /**
   * One path a line; a jar cannot be listed in all the ways in which it can be put on a class path.
   */
  private static final String LIST = "files.txt";

  private static final String INDEX = "index.html";

  /** Files below it carry a hash of their bytes in their names. */
  private static final String HASHED = "assets/";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self';"
          + " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private static final String ABSENT =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>Blenderer</title>
      <h1>This server has no web page</h1>
      <p>The farm works, but this build of Blenderer was made without its page.
      <p>Build it whole with <code>./blenderer version</code> in the source folder, or use the
      commands: <code>blenderer --help</code>.
      """;

  /** Where files come from. */
  private interface Source {
    Optional<PageFile> find(String path) throws IOException;
  }

  private final Source source;

  private Page(Source source) {
    this.source = source;
  }

  /** The page that the program brings along. */
  public static Page shipped() {
    return new Page(
        new Source() {
          private @Nullable Map<String, PageFile> files;

          @Override
          public synchronized Optional<PageFile> find(String path) throws IOException {
            Map<String, PageFile> all = files;
            if (all == null) {
              all = load();
              files = all;
            }
            return Optional.ofNullable(all.get(path));
          }
        });
  }

  /** A folder that is read anew with each request, for whoever works on the page. */
  public static Page in(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    return new Page(
        path -> {
          Path file = root.resolve(path).normalize();
          return file.startsWith(root) && Files.isRegularFile(file)
              ? Optional.of(PageFile.of(path, Files.readAllBytes(file)))
              : Optional.empty();
        });
  }

  private static Map<String, PageFile> load() throws IOException {
    Map<String, PageFile> files = new HashMap<>();
    byte[] list = bytes(LIST);
    if (list != null) {
      for (String line : new String(list, StandardCharsets.UTF_8).lines().toList()) {
        String path = line.strip();
        if (!path.isEmpty()) {
          byte[] plain = bytes(path);
          if (plain == null) {
            throw new UncheckedIOException(
                new IOException("the page's file " + path + " is listed and not there"));
          }
          byte[] packed = bytes(path + ".gz");
          files.put(
              path, packed == null ? PageFile.of(path, plain) : PageFile.of(path, plain, packed));
        }
      }
    }
    return files;
  }

  private static byte @Nullable [] bytes(String path) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(ROOT + path)) {
      return in == null ? null : in.readAllBytes();
    }
  }

  @Override
  public void handle(Exchange exchange) throws IOException {
    String path = exchange.path().substring(1);
    if (path.equals("v1") || path.startsWith("v1/")) {
      throw HttpError.of(
          404,
          "no-such-route",
          "There is nothing at " + exchange.path() + ".",
          "See openapi.yaml.");
    }
    Optional<PageFile> file =
        path.isEmpty() || path.contains("..") || path.contains("%")
            ? Optional.empty()
            : source.find(path);
    // An address with a dot in its last part is a file's: the page gives its views none.
    boolean view = path.lastIndexOf('.') <= path.lastIndexOf('/');
    if (file.isPresent() && !path.equals(LIST)) {
      send(exchange, file.get(), path.startsWith(HASHED));
    } else if (view) {
      Optional<PageFile> index = source.find(INDEX);
      send(
          exchange,
          index.orElseGet(() -> PageFile.of(INDEX, ABSENT.getBytes(StandardCharsets.UTF_8))),
          false);
    } else {
      throw HttpError.of(
          404, "no-such-file", "There is nothing at " + exchange.path() + ".", "Begin at /.");
    }
  }

  private static void send(Exchange exchange, PageFile file, boolean hashed) throws IOException {
    for (Map.Entry<String, String> header : HEADERS) {
      exchange.answerHeader(header.getKey(), header.getValue());
    }
    exchange.answerHeader(
        "Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
    exchange.answerHeader("ETag", file.tag());
    exchange.answerHeader("Vary", "Accept-Encoding");
    if (exchange.header("If-None-Match").orElse("").contains(file.tag())) {
      exchange.empty(304);
      return;
    }
    boolean packed =
        file.packed().length > 0 && exchange.header("Accept-Encoding").orElse("").contains("gzip");
    if (packed) {
      exchange.answerHeader("Content-Encoding", "gzip");
    }
    exchange.send(200, file.type(), packed ? file.packed() : file.plain());
  }

  private static final List<Map.Entry<String, String>> HEADERS =
      List.of(
          Map.entry("Content-Security-Policy", POLICY),
          Map.entry("Cross-Origin-Opener-Policy", "same-origin"),
          Map.entry(
              "Permissions-Policy",
              "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"));
}
