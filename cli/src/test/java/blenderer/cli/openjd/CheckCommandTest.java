package blenderer.cli.openjd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class CheckCommandTest {

  private static final String JOB =
      """
      specificationVersion: jobtemplate-2023-09
      name: job
      steps:
        - name: one
          script: {actions: {onRun: {command: c}}}
      """;

  private static final String ENVIRONMENT =
      """
      specificationVersion: environment-2023-09
      environment: {name: queue, variables: {A: b}}
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    CommandLine line = new CommandLine(new CheckCommand());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(args);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void jobs_and_environments_without_a_fault_are_valid() throws IOException {
    String job = file("job.yaml", JOB);
    String environment = file("environment.yaml", ENVIRONMENT);

    assertThat(run(job, environment)).isZero();
    assertThat(out.toString().lines()).containsExactly(job + ": valid", environment + ": valid");
  }

  @Test
  void a_fault_is_named_with_its_line_and_the_next_file_is_checked_all_the_same()
      throws IOException {
    String bad = file("bad.yaml", JOB.replace("command", "comand"));
    String good = file("good.yaml", JOB);

    assertThat(run(bad, good)).isEqualTo(1);
    assertThat(out.toString().lines())
        .containsExactly(
            bad + ": invalid: line 5, /steps/0/script/actions/onRun: the key 'command' is missing",
            "  line 5, /steps/0/script/actions/onRun/comand: the key 'comand' is not known here;"
                + " did you mean 'command'?",
            good + ": valid");
  }

  @Test
  void a_file_that_is_not_there_is_named() {
    String missing = folder.resolve("missing.yaml").toString();

    assertThat(run(missing, folder.toString())).isEqualTo(1);
    assertThat(out.toString().lines())
        .containsExactly(
            missing + ": invalid: there is no such file; check the name",
            folder + ": invalid: this is a folder; name the template in it");
  }

  @Test
  void extensions_narrow_what_a_template_may_ask_for() throws IOException {
    String chunked = file("chunked.yaml", JOB + "extensions: [TASK_CHUNKING]\n");

    assertThat(run("--extensions", "TASK_CHUNKING", chunked)).isZero();
    assertThat(run("--extensions", "EXPR", "--extensions", "TASK_CHUNKING", chunked)).isZero();
    assertThat(run("--extensions", "", chunked)).isEqualTo(1);
    assertThat(out.toString())
        .contains("the extension 'TASK_CHUNKING' is not accepted here; accepted are none");
  }

  @Test
  void an_extension_that_nobody_knows_is_warned_of_and_every_file_gets_its_verdict()
      throws IOException {
    String chunked = file("chunked.yaml", JOB + "extensions: [TASK_CHUNKING]\n");
    String novel = file("novel.yaml", JOB + "extensions: [NO_SUCH_THING]\n");

    assertThat(run("--extensions", "TASK_CHUNKING,NO_SUCH_THING", chunked, novel)).isEqualTo(1);
    assertThat(out.toString().lines())
        .hasSize(2)
        .anyMatch((chunked + ": valid")::equals)
        .anyMatch(line -> line.startsWith(novel + ": invalid: "));
    assertThat(err.toString()).contains("'NO_SUCH_THING' is not known");
  }

  @Test
  void no_file_is_wrong_use() {
    assertThat(run()).isEqualTo(2);
  }

  @Test
  void json_has_every_file_with_its_errors() throws IOException {
    String bad = file("bad.yaml", JOB.replace("name: job", "name: ''"));

    assertThat(run("--json", bad, file("good.yaml", JOB))).isEqualTo(1);
    JsonNode all = new ObjectMapper().readTree(out.toString());
    assertThat(all.get(0).get("valid").asBoolean()).isFalse();
    assertThat(all.get(0).get("errors").get(0).get("path").asText()).isEqualTo("/name");
    assertThat(all.get(0).get("errors").get(0).get("line").asInt()).isEqualTo(2);
    assertThat(all.get(1).get("file").asText()).endsWith("good.yaml");
    assertThat(all.get(1).get("errors")).isEmpty();
  }

  @Test
  void a_file_that_never_ends_is_read_no_further_than_a_template_may_go() {
    Path endless = Path.of("/dev/zero");
    assumeTrue(Files.exists(endless));

    assertThat(run(endless.toString())).isEqualTo(1);
    assertThat(out.toString()).contains("longer than");
  }
}
