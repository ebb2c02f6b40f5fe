package blenderer.server;

import blenderer.api.Json;
import blenderer.api.Sessions;
import blenderer.server.http.TestHttp;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A browser that shows the farm's page: it sends what a browser would, and keeps the cookie. */
final class TestBrowser {

  private final TestServer farm;
  private final Map<String, String> odd = new HashMap<>();
  String cookie = "";
  String setCookie = "";

  TestBrowser(TestServer farm) {
    this.farm = farm;
  }

  /** A browser of that person, signed in by a link. */
  static TestBrowser of(TestServer.Caller person) throws IOException {
    TestBrowser browser = new TestBrowser(person.farm());
    String link =
        person
            .post("/v1/sign-in-links", new Sessions.NewLink(null))
            .as(Sessions.Link.class)
            .secret();
    browser.signIn(link, null).expect(200);
    return browser;
  }

  /** The same session where another page has the browser ask. */
  TestBrowser elsewhere(Map<String, String> headers) {
    TestBrowser other = new TestBrowser(farm);
    other.cookie = cookie;
    other.odd.putAll(headers);
    return other;
  }

  TestServer.Reply signIn(String secret, @Nullable String name) throws IOException {
    return post("/v1/sign-in", new Sessions.SignIn(secret, name));
  }

  TestServer.Reply get(String path) throws IOException {
    return call("GET", path, null);
  }

  TestServer.Reply delete(String path) throws IOException {
    return call("DELETE", path, null);
  }

  TestServer.Reply post(String path, @Nullable Object body) throws IOException {
    return call("POST", path, body == null ? null : Json.mapper().writeValueAsBytes(body));
  }

  /** Submits a scene; a repeat with the same key is the same submission. */
  TestServer.Reply submit(blenderer.api.Scenes.Submit wanted, String key) throws IOException {
    return call(
        "POST",
        "/v1/scenes/submit",
        Json.mapper().writeValueAsBytes(wanted),
        Map.of("Idempotency-Key", key));
  }

  TestServer.Reply call(String method, String path, byte @Nullable [] body) throws IOException {
    return call(method, path, body, Map.of());
  }

  private TestServer.Reply call(
      String method, String path, byte @Nullable [] body, Map<String, String> more)
      throws IOException {
    Map<String, String> headers = new HashMap<>(more);
    headers.put("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0");
    headers.put("Sec-Fetch-Site", "same-origin");
    if (body != null) {
      headers.put("Content-Type", "application/json");
    }
    if (!method.equals("GET")) {
      headers.put("Origin", "https://localhost");
      headers.put(Sessions.PAGE_HEADER, "1");
    }
    if (!cookie.isEmpty()) {
      headers.put("Cookie", "theme=dark; " + cookie);
    }
    odd.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            headers.remove(name);
          } else {
            headers.put(name, value);
          }
        });
    try (TestHttp http = farm.connect()) {
      TestHttp.Answer answer = http.request(method, path, headers, body);
      String given = answer.header("set-cookie");
      if (!given.isEmpty()) {
        setCookie = given;
        cookie = given.substring(0, given.indexOf(';'));
      }
      if (path.startsWith("/v1/") && !method.equals("OPTIONS")) {
        // Stands for the cookie, whose name the contract cannot know whole.
        headers.put("Authorization", "Bearer a cookie");
        Contract.check(method, path, headers, body, answer);
      }
      return new TestServer.Reply(answer, method + " " + path);
    }
  }
}
