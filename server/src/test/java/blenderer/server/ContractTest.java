package blenderer.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import blenderer.server.http.TestHttp;
import blenderer.server.routes.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The contract and the routes say the same, and the checker that all tests use can fail. */
class ContractTest {

  @TempDir private Path data;

  @Test
  void every_route_stands_in_the_contract_with_its_action_and_nothing_else_does() throws Exception {
    try (TestServer farm = TestServer.inMemory(data)) {
      Map<String, String> routes = new TreeMap<>();
      for (Endpoint endpoint : farm.server.api().endpoints()) {
        routes.put(endpoint.method() + " " + endpoint.pattern(), endpoint.action().name());
      }
      // HEAD is answered by every GET route; the contract names it where it is of use.
      routes.put("HEAD /v1/blobs/{digest}", "READ_BLOBS");
      assertThat(operations()).containsExactlyInAnyOrderEntriesOf(routes);
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, String> operations() throws IOException {
    Map<String, Object> document =
        (Map<String, Object>)
            new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Contract.file()));
    Map<String, String> operations = new TreeMap<>();
    ((Map<String, Map<String, Map<String, Object>>>) Objects.requireNonNull(document.get("paths")))
        .forEach(
            (path, item) ->
                item.forEach(
                    (method, operation) ->
                        operations.put(
                            method.toUpperCase(Locale.ROOT) + " " + path,
                            (String) operation.get("x-action"))));
    return operations;
  }

  private static void check(int status, String type, String body) {
    Contract.check(
        "GET",
        "/v1/whoami",
        Map.of("Authorization", "Bearer x"),
        null,
        TestHttp.Answer.of(
            status, Map.of("content-type", type), body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void what_the_contract_does_not_say_is_noticed() {
    check(200, "application/json", "{\"id\":\"1\",\"name\":\"a\",\"role\":\"admin\"}");
    String[] wrong = {
      "{\"id\":\"1\",\"name\":\"a\"}",
      "{\"id\":1,\"name\":\"a\",\"role\":\"admin\"}",
      "{\"id\":\"1\",\"name\":\"a\",\"role\":\"king\"}",
      "{\"id\":\"1\",\"name\":\"a\",\"role\":\"admin\",\"more\":1}"
    };
    for (String body : wrong) {
      assertThatThrownBy(() -> check(200, "application/json", body))
          .as(body)
          .isInstanceOf(AssertionError.class);
    }
    assertThatThrownBy(() -> check(418, "application/json", "{}"))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> check(403, "application/json", "{}"))
        .isInstanceOf(AssertionError.class);
  }
}
