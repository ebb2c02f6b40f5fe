package blenderer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.api.Farm;
import blenderer.api.Jobs;
import blenderer.api.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code submit} makes of everything that is no .blend, and what it says to a newcomer. */
@Timeout(60)
final class SubmitBundleTest {

  private static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      name: Test
      parameterDefinitions:
        - {name: Quality, type: INT, default: 3}
        - {name: Text, type: PATH, objectType: FILE, dataFlow: IN, default: text.txt}
      steps:
        - name: run
          script:
            actions:
              onRun: {command: echo, args: ["{{Param.Quality}}"]}
      """;

  @TempDir Path home = Path.of("");
  private final FakeFarm farm = new FakeFarm();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void answer() throws IOException {
    Jobs.TaskCounts counts = new Jobs.TaskCounts(2, 2, 0, 0, 0, 0, 0);
    Map<String, Object> job =
        Map.ofEntries(
            Map.entry("id", "01jd8z3x5v7q9w0e2r4t6y8u0i"),
            Map.entry("name", "Test"),
            Map.entry("owner", "ada"),
            Map.entry("project", "default"),
            Map.entry("priority", 50),
            Map.entry("state", "waiting"),
            Map.entry("revision", 1),
            Map.entry("submittedAt", 0),
            Map.entry("tasks", counts),
            Map.entry("steps", List.of()),
            Map.entry("template", "t"),
            Map.entry("parameters", Map.of()),
            Map.entry("requirements", List.of()),
            Map.entry("settings", Map.of()),
            Map.entry("permission", "commands"),
            Map.entry("environments", List.of()));
    farm.on("GET /v1/whoami", new Farm.Identity("k1", "ada", "artist"));
    farm.on("POST /v1/blobs/missing", Map.of("missing", List.of()));
    farm.on("POST /v1/jobs", job);
    farm.on("POST /v1/jobs/01jd8z3x5v7q9w0e2r4t6y8u0i/pause", job);
    Path bundle = Files.createDirectories(home.resolve("bundle"));
    Files.writeString(bundle.resolve("template.yaml"), TEMPLATE);
    Files.writeString(bundle.resolve("text.txt"), "text");
  }

  @AfterEach
  void stop() {
    farm.close();
  }

  private int run(String... args) {
    Map<String, String> environment =
        Map.of(
            "BLENDERER_CONNECT", farm.connection().print(),
            "HOME", home.toString(),
            "USER", "ada");
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Cli.run(
        args, new PrintWriter(out), new PrintWriter(err), Surroundings.plain(environment));
  }

  private JsonNode submitted() throws IOException {
    String body =
        farm.requests.stream()
            .filter(request -> request.line().equals("POST /v1/jobs"))
            .reduce((_, last) -> last)
            .orElseThrow()
            .body();
    return Json.mapper().readTree(body);
  }

  @Test
  void a_bundle_is_sent_with_its_values_and_files() throws IOException {
    assertThat(run("submit", home.resolve("bundle").toString(), "-p", "Quality=9")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString()).startsWith("Submitted ").contains("1 file of 4 B");
    assertThat(submitted().get("parameters").get("Quality").asText()).isEqualTo("9");
    assertThat(submitted().get("parameters").get("Text").asText()).isEqualTo("text.txt");
    assertThat(submitted().get("name").asText()).isEmpty();
  }

  @Test
  void what_a_bundle_asks_of_another_service_is_done_or_said() throws IOException {
    Files.writeString(
        home.resolve("bundle/parameter_values.yaml"),
        """
        parameterValues:
          - {name: "deadline:priority", value: 70}
          - {name: "deadline:targetTaskRunStatus", value: SUSPENDED}
          - {name: "deadline:maxFailedTasksCount", value: 4}
        """);
    assertThat(run("submit", home.resolve("bundle").toString())).isZero();
    assertThat(submitted().get("priority").asInt()).isEqualTo(70);
    assertThat(farm.requests).anyMatch(request -> request.line().endsWith("/pause"));
    assertThat(err.toString())
        .contains("Warning: The bundle's 'deadline:maxFailedTasksCount: 4' is not used")
        .contains("'blenderer resume 01jd8z3x5v7q9w0e2r4t6y8u0i' starts it");
  }

  @Test
  void a_template_with_errors_is_not_sent_and_every_error_has_its_line() throws IOException {
    Path template = home.resolve("bundle/template.yaml");
    Files.writeString(
        template, TEMPLATE.replace("INT,", "NUMBER,").replace("command: echo", "comand: echo"));
    assertThat(run("submit", template.toString())).isEqualTo(2);
    assertThat(err.toString())
        .contains("error [template-invalid] '" + template + "' cannot be used:")
        .contains("line 4, /parameterDefinitions/0/type: ")
        .contains("  next: Mend them and submit again.");
    assertThat(farm.requests).isEmpty();
  }

  @Test
  void missing_files_are_named_before_anything_is_sent() throws IOException {
    Files.delete(home.resolve("bundle/text.txt"));
    assertThat(run("submit", home.resolve("bundle").toString())).isEqualTo(1);
    assertThat(err.toString())
        .contains("error [missing-files] 1 file of ")
        .contains("text.txt' (parameter Text)");
    assertThat(farm.requests).isEmpty();
  }

  @Test
  void a_command_becomes_a_job_of_its_template() throws IOException {
    assertThat(run("submit", "--command", "echo {frame}", "--frames", "1-20")).isZero();
    JsonNode parameters = submitted().get("parameters");
    assertThat(parameters.get("Command").asText()).isEqualTo("echo {frame}");
    assertThat(parameters.get("Frames").asText()).isEqualTo("1-20");
    assertThat(parameters.get("Output").asText()).isNotEmpty();
    assertThat(submitted().get("name").asText()).isEqualTo("echo {frame}");
    assertThat(submitted().get("requirements")).isEmpty();
  }

  @Test
  void a_scene_is_given_to_the_renderer_for_its_kind_with_the_files_it_names() throws IOException {
    Path scenes = Files.createDirectories(home.resolve("scenes"));
    Files.writeString(home.resolve("wood.inc"), "#declare Wood = 1;");
    Files.writeString(
        scenes.resolve("a.pov"), "#include \"colors.inc\"\n#include \"../wood.inc\"\n");
    Files.writeString(scenes.resolve("a.ini"), "Input_File_Name=a.pov\nFinal_Frame=12\n");
    assertThat(run("submit", scenes.resolve("a.ini").toString(), "--size", "320x240")).isZero();
    assertThat(out.toString()).contains("3 files");
    JsonNode parameters = submitted().get("parameters");
    assertThat(parameters.get("Scene").asText()).isEqualTo("scenes/a.ini");
    assertThat(parameters.get("Frames").asText()).isEqualTo("1-12");
    assertThat(parameters.get("Size").asText()).isEqualTo("320x240");
    assertThat(submitted().get("requirements").get(0).get("renderer").asText()).isEqualTo("povray");
  }

  @Test
  void a_sequence_goes_along_whole_and_its_holes_are_told() throws IOException {
    Path frames = Files.createDirectories(home.resolve("frames"));
    for (int frame : new int[] {1, 2, 3, 5}) {
      Files.writeString(frames.resolve("shot_000" + frame + ".png"), "image " + frame);
    }
    String pattern = frames.resolve("shot_####.png").toString();
    assertThat(run("submit", pattern, "--video", "webm")).isEqualTo(1);
    assertThat(err.toString()).contains("lacks 1 image.").contains("there are 1-3,5 of 1-5");
    assertThat(run("submit", pattern, "--video", "webm", "--frames", "1-3")).isZero();
    JsonNode parameters = submitted().get("parameters");
    assertThat(parameters.get("Pattern").asText()).isEqualTo("shot_%04d.png");
    assertThat(parameters.get("Frames").asText()).isEqualTo("1-3");
    assertThat(parameters.get("Format").asText()).isEqualTo("webm");
    assertThat(submitted().get("name").asText()).isEqualTo("shot");
  }

  @Test
  void a_newcomer_is_told_what_can_be_submitted() {
    assertThat(run("submit")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            """
            error [wrong-use] Nobody said what to submit.
              next: Name a scene, a template or a job bundle, or give a --command; see 'blenderer submit --help'.
            """);
    assertThat(run("submit", "movie.mkv")).isEqualTo(2);
    assertThat(err.toString())
        .contains("No renderer takes a file such as 'movie.mkv'.")
        .contains("Blender: .blend")
        .contains("POV-Ray: .ini .pov");
    assertThat(run("submit", "gone.yaml")).isEqualTo(2);
    assertThat(err.toString()).contains("There is no file 'gone.yaml'.");
    assertThat(run("submit", home.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("holds neither template.yaml nor template.json");
    assertThat(run("submit", "a.blend", "--video", "avi")).isEqualTo(2);
    assertThat(run("submit", "a.pov", "--command", "x")).isEqualTo(2);
    assertThat(run("submit", "a.pov", "--renderer", "pencil")).isEqualTo(2);
    assertThat(err.toString()).contains("There is no renderer 'pencil'");
  }
}
