package blenderer.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the page can change, commands can change, and the other way round. */
class PageActionsTest {

  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  /** What people may change by the API. */
  private static final Set<String> PEOPLE =
      Set.of(
          "RUN_JOBS",
          "RUN_NODES",
          "SET_LIMITS",
          "PERMIT",
          "INVITE",
          "SIGN_IN",
          "SEE_SELF",
          "CLEAN_UP",
          "GIVE_RENDERERS");

  /** What is no action of the page, and why. */
  private static final Map<String, String> NOT_ON_THE_PAGE =
      Map.of(
          "POST /v1/sign-out", "it ends the page's own session; a command has none",
          "POST /v1/renderers", "an archive is tried on the admin's own computer first",
          "DELETE /v1/renderers/{digest}", "goes with adding them");

  private record Action(String action, String command, String call) {}

  private static List<Action> actions() throws IOException {
    List<Action> actions = new ArrayList<>();
    Path file = CHECKOUT.resolve("web/src/actions.json");
    for (JsonNode one : new ObjectMapper().readTree(Files.readString(file))) {
      actions.add(
          new Action(
              one.path("action").asText(),
              one.path("command").asText(),
              one.path("call").asText()));
    }
    return actions;
  }

  /** Method and path to who may. */
  @SuppressWarnings("unchecked")
  private static Map<String, String> operations() throws IOException {
    Map<String, Object> document =
        (Map<String, Object>)
            new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(CHECKOUT.resolve("api/openapi.yaml")));
    Map<String, String> operations = new TreeMap<>();
    ((Map<String, Map<String, Map<String, Object>>>) Objects.requireNonNull(document.get("paths")))
        .forEach(
            (path, item) ->
                item.forEach(
                    (method, operation) ->
                        operations.put(
                            method.toUpperCase(Locale.ROOT) + " " + path,
                            String.valueOf(operation.get("x-action")))));
    return operations;
  }

  @Test
  void every_action_of_the_page_is_a_command() throws IOException {
    Set<String> commands = Commands.all().keySet();
    assertThat(actions()).hasSizeGreaterThan(20);
    assertThat(actions())
        .allSatisfy(
            action ->
                assertThat(commands)
                    .as(action.toString())
                    .contains(action.command().split(" ", 2)[0]));
  }

  @Test
  void every_action_of_the_page_is_a_call_of_the_api() throws IOException {
    assertThat(actions()).extracting(Action::call).isSubsetOf(operations().keySet());
  }

  @Test
  void whatever_people_may_change_can_be_changed_on_the_page() throws IOException {
    Set<String> wanted = new java.util.TreeSet<>();
    operations()
        .forEach(
            (call, who) -> {
              if (!call.startsWith("GET ") && !call.startsWith("HEAD ") && PEOPLE.contains(who)) {
                wanted.add(call);
              }
            });
    assertThat(wanted).containsAll(NOT_ON_THE_PAGE.keySet());
    wanted.removeAll(NOT_ON_THE_PAGE.keySet());
    actions().forEach(action -> wanted.remove(action.call()));
    assertThat(wanted).isEmpty();
  }
}
