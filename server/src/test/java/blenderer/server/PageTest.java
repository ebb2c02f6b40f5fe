package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.MemoryJournal;
import blenderer.server.http.TestHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a browser gets that asks for no part of the API. */
@Timeout(60)
class PageTest {

  private static final String INDEX = "<!doctype html><title>Farm</title>" + "<p>frames".repeat(99);
  private static final String SCRIPT = "const frames = [];\n".repeat(99);

  @TempDir private Path folder;

  private TestServer shown(boolean there) throws IOException {
    Path web = folder.resolve("web");
    if (there) {
      Files.createDirectories(web.resolve("assets"));
      Files.writeString(web.resolve("index.html"), INDEX);
      Files.writeString(web.resolve("assets/app-1a2b3c.js"), SCRIPT);
      Files.writeString(folder.resolve("secret.txt"), "not for you");
    }
    return TestServer.start(
        TestServer.options(folder.resolve("data")).withPage(web),
        Storage.inMemory(new MemoryJournal()));
  }

  private static TestHttp.Answer get(TestServer farm, String path, Map<String, String> headers)
      throws IOException {
    try (TestHttp http = farm.connect()) {
      return http.request("GET", path, headers, null);
    }
  }

  @Test
  void every_view_is_the_page_and_every_header_is_strict() throws IOException {
    try (TestServer farm = shown(true)) {
      for (String path : new String[] {"/", "/jobs/01abc", "/sign-in"}) {
        TestHttp.Answer page = get(farm, path, Map.of());
        assertThat(page.status()).as(path).isEqualTo(200);
        assertThat(page.text()).isEqualTo(INDEX);
        assertThat(page.header("content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.header("cache-control")).isEqualTo("no-cache");
        assertThat(page.header("content-security-policy"))
            .startsWith("default-src 'none'; script-src 'self'; ")
            .contains("frame-ancestors 'none'", "connect-src 'self'", "base-uri 'none'")
            .doesNotContain("unsafe", "sandbox", "http");
        assertThat(page.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(page.header("referrer-policy")).isEqualTo("no-referrer");
        assertThat(page.header("cross-origin-opener-policy")).isEqualTo("same-origin");
        assertThat(page.header("cross-origin-resource-policy")).isEqualTo("same-origin");
        assertThat(page.header("set-cookie")).isEmpty();
      }
    }
  }

  @Test
  void files_with_a_hash_in_their_names_are_packed_and_kept_for_ever() throws IOException {
    try (TestServer farm = shown(true)) {
      TestHttp.Answer plain = get(farm, "/assets/app-1a2b3c.js", Map.of());
      assertThat(plain.text()).isEqualTo(SCRIPT);
      assertThat(plain.header("cache-control")).isEqualTo("public, max-age=31536000, immutable");
      assertThat(plain.header("content-type")).isEqualTo("text/javascript; charset=utf-8");
      TestHttp.Answer packed =
          get(farm, "/assets/app-1a2b3c.js", Map.of("Accept-Encoding", "br, gzip"));
      assertThat(packed.header("content-encoding")).isEqualTo("gzip");
      assertThat(packed.body().length).isLessThan(SCRIPT.length() / 10);
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(SCRIPT);
      }
      TestHttp.Answer again =
          get(farm, "/assets/app-1a2b3c.js", Map.of("If-None-Match", plain.header("etag")));
      assertThat(again.status()).isEqualTo(304);
    }
  }

  @Test
  void nothing_beside_the_page_can_be_fetched() throws IOException {
    try (TestServer farm = shown(true)) {
      for (String path :
          new String[] {
            "/../secret.txt",
            "/assets/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/assets/none.js",
            "/.git/config.txt"
          }) {
        TestHttp.Answer answer = get(farm, path, Map.of());
        assertThat(answer.status()).as(path).isIn(400, 404);
        assertThat(answer.text()).doesNotContain("not for you");
      }
      TestHttp.Answer api = get(farm, "/v1/nothing", Map.of());
      assertThat(api.status()).isEqualTo(404);
      assertThat(api.header("content-type")).isEqualTo("application/problem+json");
    }
  }

  @Test
  void a_build_without_the_page_says_what_to_do() throws IOException {
    try (TestServer farm = shown(false)) {
      TestHttp.Answer answer = get(farm, "/", Map.of());
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).contains("has no web page", "blenderer --help");
    }
  }
}
