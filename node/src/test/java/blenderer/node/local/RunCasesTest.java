package blenderer.node.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Runs of the command, each with {@code template} and, as wanted, {@code parameters}, {@code
 * environments}, {@code pathMapping}, {@code runOn} and {@code expected} ({@code output}, {@code
 * forbidden}, {@code taskFailure}): the project's own, and those kept outside the repository below
 * the folder that {@code -Dopenjd.runs=FOLDER} names, as {@code *.test.yaml} at any depth, where a
 * name with {@code .invalid.} must fail.
 */
final class RunCasesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern EXITED = Pattern.compile("exited with code:\\s*(-?\\d+)");

  @TempDir Path folder;

  @Test
  @Tag("slow")
  void the_projects_own_runs_end_as_they_say() throws IOException {
    List<JsonNode> cases = own();
    List<String> wrong = new ArrayList<>();
    for (JsonNode node : cases) {
      complaint(node, node.path("invalid").asBoolean())
          .ifPresent(why -> wrong.add(node.get("name").asText() + ": " + why));
    }
    assertThat(cases).hasSizeGreaterThan(100);
    assertThat(wrong).isEmpty();
  }

  private static List<JsonNode> own() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    try (InputStream in = RunCasesTest.class.getResourceAsStream("run-cases.yaml")) {
      for (Object document : yaml().loadAllFromInputStream(requireNonNull(in))) {
        cases.add(JSON.valueToTree(document));
      }
    }
    return cases;
  }

  @Test
  @EnabledIfSystemProperty(named = "openjd.runs", matches = ".+")
  void runs_end_as_the_reference_expects() throws IOException {
    List<Path> cases;
    try (Stream<Path> files = Files.walk(Path.of(System.getProperty("openjd.runs")))) {
      cases = files.filter(file -> file.toString().endsWith(".test.yaml")).sorted().toList();
    }
    int all = 0;
    List<String> wrong = new ArrayList<>();
    for (Path file : cases) {
      JsonNode node = read(file);
      if (node.has("runOn") && !texts(node.get("runOn")).contains("posix")) {
        continue;
      }
      all++;
      complaint(node, String.valueOf(file.getFileName()).contains(".invalid."))
          .ifPresent(why -> wrong.add(file + ": " + why));
    }
    System.out.println("runs: " + (all - wrong.size()) + " of " + all);
    wrong.forEach(System.out::println);
    assertThat(wrong.size()).isLessThanOrEqualTo(all * 2 / 100);
  }

  private static JsonNode read(Path file) throws IOException {
    return JSON.valueToTree(yaml().loadFromString(Files.readString(file)));
  }

  private static Load yaml() {
    return new Load(LoadSettings.builder().setSchema(new CoreSchema()).build());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private Optional<String> complaint(JsonNode node, boolean invalid) throws IOException {
    CommandRig rig = new CommandRig(Files.createTempDirectory(folder, "case"));
    List<String> arguments = new ArrayList<>();
    arguments.add(rig.file("template.yaml", node.get("template").toString()).toString());
    if (node.has("parameters")) {
      arguments.add("-p");
      arguments.add("file://" + rig.file("parameters.yaml", node.get("parameters").toString()));
    }
    for (JsonNode environment : node.path("environments")) {
      arguments.add("--env");
      arguments.add(
          rig.file("env" + arguments.size() + ".yaml", environment.toString()).toString());
    }
    if (node.has("pathMapping")) {
      String rules =
          "{\"version\":\"pathmapping-1.0\",\"path_mapping_rules\":"
              + node.get("pathMapping")
              + "}";
      arguments.add("--path-mapping-rules");
      arguments.add("file://" + rig.file("rules.json", rules));
    }
    CommandRig.Outcome outcome = rig.call(arguments.toArray(String[]::new));
    return judge(outcome, node.path("expected"), invalid);
  }

  private static Optional<String> judge(
      CommandRig.Outcome outcome, JsonNode expected, boolean invalid) {
    String output = outcome.output();
    if (invalid) {
      return outcome.exitCode() != 0
          ? Optional.empty()
          : Optional.of("succeeded, but should fail\n" + output);
    }
    if (expected.has("taskFailure")) {
      JsonNode code = expected.get("taskFailure").path("exitCode");
      if (outcome.exitCode() == 0 || (code.isInt() && code.asInt() != firstFailure(output))) {
        return Optional.of("should fail with " + expected.get("taskFailure") + "\n" + output);
      }
    } else if (outcome.exitCode() != 0) {
      return Optional.of("failed\n" + output);
    }
    for (String key : List.of("output", "output_posix")) {
      for (JsonNode wanted : expected.path(key)) {
        List<String> any =
            wanted.isObject() ? texts(wanted.path("anyOf")) : List.of(wanted.asText());
        if (any.stream().noneMatch(output::contains)) {
          return Optional.of("lacks " + any + "\n" + output);
        }
      }
    }
    for (String key : List.of("forbidden", "forbidden_posix")) {
      for (String unwanted : texts(expected.path(key))) {
        if (output.contains(unwanted)) {
          return Optional.of("has " + unwanted + "\n" + output);
        }
      }
    }
    return Optional.empty();
  }

  private static int firstFailure(String output) {
    Matcher matcher = EXITED.matcher(output);
    while (matcher.find()) {
      if (Integer.parseInt(matcher.group(1)) != 0) {
        return Integer.parseInt(matcher.group(1));
      }
    }
    return 0;
  }
}
