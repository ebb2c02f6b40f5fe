package blenderer.submit.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import blenderer.api.Jobs;
import blenderer.model.Digest;
import blenderer.submit.SubmitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundleTest {

  @TempDir Path root = Path.of("");
  private Path bundle = Path.of("");

  @BeforeEach
  void write() throws IOException {
    root = root.toRealPath();
    bundle = Files.createDirectories(root.resolve("bundle"));
    file("bundle/template.yaml", TEMPLATE);
    file("bundle/scripts/run.sh", "echo hello");
    file("plates/a.txt", "a");
    file("plates/deep/b.txt", "b");
  }

  private static final String TEMPLATE =
      """
      specificationVersion: jobtemplate-2023-09
      name: Bundle of {{Param.Count}}
      parameterDefinitions:
        - {name: Count, type: INT, default: 3}
        - {name: Script, type: PATH, objectType: FILE, dataFlow: IN, default: scripts/run.sh}
        - {name: Plates, type: PATH, objectType: DIRECTORY, dataFlow: IN, default: ""}
        - {name: Out, type: PATH, objectType: DIRECTORY, dataFlow: OUT, default: results}
        - {name: Log, type: PATH, objectType: FILE, dataFlow: OUT, default: logs/run.log}
        - {name: Tool, type: PATH, default: ""}
      steps:
        - name: run
          script:
            actions:
              onRun: {command: sh, args: ["{{Param.Script}}", "{{Param.Out}}"]}
      """;

  private Path file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, text);
  }

  private BundlePlan plan(Map<String, String> values) {
    return plan(values, null, false);
  }

  private BundlePlan plan(
      Map<String, String> values, @Nullable Integer priority, boolean allowMissing) {
    return BundlePlan.of(
        new BundleOrder(
            BundleReader.read(bundle),
            values,
            root,
            null,
            "default",
            priority,
            allowMissing,
            List.of(),
            Map.of()));
  }

  private static Jobs.Submit job(BundlePlan plan) {
    Digest any = Digest.of(new byte[0]);
    return plan.cargo().job().apply(any, any);
  }

  private SubmitException refusal(Map<String, String> values) {
    return catchThrowableOfType(SubmitException.class, () -> plan(values));
  }

  @Test
  void paths_of_the_bundle_lie_in_the_job_as_they_lie_in_the_bundle() {
    BundlePlan plan = plan(Map.of());
    assertThat(plan.cargo().files()).containsOnlyKeys("scripts/run.sh");
    assertThat(job(plan).parameters())
        .containsEntry("Script", "scripts/run.sh")
        .containsEntry("Out", "results")
        .containsEntry("Log", "logs/run.log")
        .doesNotContainKeys("Plates", "Tool", "Count");
    assertThat(job(plan).priority()).isEqualTo(50);
    assertThat(plan.warnings()).isEmpty();
  }

  @Test
  void a_path_that_a_person_types_starts_where_they_are() {
    BundlePlan plan = plan(Map.of("Plates", "plates", "Out", root.resolve("far/frames") + ""));
    String plates = String.valueOf(job(plan).parameters().get("Plates"));
    assertThat(plates).matches("_outside/[0-9a-f]{8}/plates");
    assertThat(plan.cargo().files())
        .containsKeys(plates + "/a.txt", plates + "/deep/b.txt", "scripts/run.sh");
    assertThat(job(plan).parameters()).containsEntry("Out", "frames");
  }

  @Test
  void two_folders_of_one_name_come_back_as_two() {
    BundlePlan plan =
        plan(Map.of("Out", root.resolve("x/frames") + "", "Log", root + "/y/frames/a.log"));
    assertThat(job(plan).parameters())
        .containsEntry("Out", "frames")
        .containsEntry("Log", "frames~2/a.log");
  }

  @Test
  void values_and_service_keys_of_the_bundle_are_used_or_said() throws IOException {
    file(
        "bundle/parameter_values.yaml",
        """
        parameterValues:
          - {name: Count, value: 7}
          - {name: Gone, value: x}
          - {name: "deadline:priority", value: 80}
          - {name: "deadline:maxRetriesPerTask", value: 5}
          - {name: "deadline:targetTaskRunStatus", value: SUSPENDED}
        """);
    BundlePlan plan = plan(Map.of());
    assertThat(job(plan).parameters()).containsEntry("Count", "7").doesNotContainKey("Gone");
    assertThat(job(plan).priority()).isEqualTo(80);
    assertThat(plan.paused()).isTrue();
    assertThat(plan.warnings())
        .hasSize(2)
        .anyMatch(line -> line.contains("'deadline:maxRetriesPerTask: 5' is not used"))
        .anyMatch(line -> line.contains("no parameter 'Gone'"));
    assertThat(job(plan(Map.of("Count", "9"), 10, false)).parameters()).containsEntry("Count", "9");
    assertThat(job(plan(Map.of(), 10, false)).priority()).isEqualTo(10);
  }

  @Test
  void asset_references_go_along_and_missing_ones_are_named() throws IOException {
    file(
        "bundle/asset_references.json",
        """
        {"assetReferences": {"inputs": {"filenames": ["../plates/a.txt", "none.png"],
          "directories": ["../plates/deep"]}, "outputs": {"directories": ["elsewhere"]},
          "referencedPaths": ["../maybe"]}}
        """);
    SubmitException e = refusal(Map.of());
    assertThat(e.code()).isEqualTo("missing-files");
    assertThat(e.details()).containsExactly("'" + bundle + "/none.png' (asset_references)");
    BundlePlan plan = plan(Map.of(), null, true);
    assertThat(plan.cargo().files()).hasSize(3);
    assertThat(plan.warnings()).anyMatch(line -> line.contains("elsewhere"));
  }

  @Test
  void every_error_of_a_template_is_told_with_its_place() throws IOException {
    file(
        "bundle/template.yaml",
        TEMPLATE.replace("type: INT", "type: NUMBER").replace("run\n", "\n"));
    SubmitException e = refusal(Map.of());
    assertThat(e.code()).isEqualTo("template-invalid");
    assertThat(e.sentence()).contains("template.yaml");
    assertThat(e.details()).hasSizeGreaterThan(1).anyMatch(line -> line.contains("/steps/0/name"));
  }

  @Test
  void values_that_do_not_do_are_named() {
    SubmitException e = refusal(Map.of("Count", "many", "Cuont", "1"));
    assertThat(e.code()).isEqualTo("parameters-invalid");
    assertThat(e.details())
        .anyMatch(line -> line.contains("'Count'"))
        .anyMatch(line -> line.contains("'Cuont'"));
    SubmitException gone = refusal(Map.of("Script", "nowhere.sh"));
    assertThat(gone.code()).isEqualTo("missing-files");
    assertThat(gone.details()).containsExactly("'" + root + "/nowhere.sh' (parameter Script)");
  }

  @Test
  void a_list_of_paths_goes_along_item_by_item() throws IOException {
    file(
        "bundle/template.yaml",
        TEMPLATE
            .replace("name: Bundle", "extensions: [EXPR]\nname: Bundle")
            .replace(
                "  - {name: Tool,",
                "  - {name: Inputs, type: 'LIST[PATH]', objectType: FILE, dataFlow: IN,"
                    + " default: []}\n  - {name: Tool,"));
    BundlePlan plan = plan(Map.of("Inputs", "[\"plates/a.txt\", \"plates/deep/b.txt\"]"));
    assertThat(plan.cargo().files()).hasSize(3);
    assertThat(String.valueOf(job(plan).parameters().get("Inputs")))
        .matches("\\[\"_outside/[0-9a-f]{8}/a.txt\",\"_outside/[0-9a-f]{8}/b.txt\"]");
  }

  @Test
  void a_folder_without_a_template_says_what_it_should_hold() throws IOException {
    bundle = Files.createDirectories(root.resolve("empty"));
    assertThat(refusal(Map.of()).code()).isEqualTo("no-template");
  }

  @Test
  void a_template_alone_is_a_bundle() throws IOException {
    bundle = file("alone/template.json", "{}").resolveSibling("../bundle/template.yaml");
    assertThat(plan(Map.of()).cargo().files()).containsOnlyKeys("scripts/run.sh");
  }

  @Test
  void a_broken_values_file_is_told_with_its_line() throws IOException {
    file("bundle/parameter_values.yaml", "parameterValues:\n  - {name: Count}\n");
    assertThat(refusal(Map.of()).sentence()).contains("parameter_values.yaml', line 2");
    file("bundle/parameter_values.yaml", "parameterValues:\n  - {name: [}\n");
    assertThat(refusal(Map.of()).code()).isEqualTo("bundle-invalid");
  }

  @Test
  void lists_become_json_and_numbers_keep_their_text() throws IOException {
    Path list = file("list.yaml", "a: [1, 1.50, \"x\\\"y\", true]\nb: 1.50\nc: 0x10\n");
    Map<String, Yaml.Value> fields = Yaml.read(list).fields();
    assertThat(fields.get("a"))
        .extracting(Yaml.Value::textOrJson)
        .isEqualTo("[1, 1.50, \"x\\\"y\", true]");
    assertThat(fields.get("b")).extracting(Yaml.Value::text).isEqualTo("1.50");
    assertThat(fields.get("c")).extracting(Yaml.Value::text).isEqualTo("0x10");
  }
}
