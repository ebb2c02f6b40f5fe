package blenderer.node.render;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.model.Renderer;
import blenderer.node.os.LinuxProcessControl;
import blenderer.node.os.ProcessControl;
import blenderer.renderers.RendererInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are shell scripts, found and asked as a renderer.yaml says. */
class DetectionTest {

  private static final String INFO =
      """
      version: 1
      title: Pencil
      program:
        names: [pencil]
        ask: [--version]
        version: '^Pencil (\\d+\\.\\d+)'
        features:
          - ask: [--inks]
            match: '^ink (\\w+)'
      """;

  @TempDir Path root = Path.of("");
  private Path bin = Path.of("");
  private Path scratch = Path.of("");

  @BeforeEach
  void make() throws IOException {
    bin = Files.createDirectories(root.resolve("bin"));
    scratch = Files.createDirectories(root.resolve("scratch"));
  }

  private Path program(Path folder, String script) throws IOException {
    Files.createDirectories(folder);
    Path file = Files.writeString(folder.resolve("pencil"), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }

  private List<InstalledRenderer> find(String yaml, String... named) throws Exception {
    return new Detection(
            new LinuxProcessControl(),
            root.resolve("nothing") + ":" + bin + ":/usr/bin:/bin",
            new ProcessControl.Mark("DETECTION_TEST", root.toString()))
        .find(RendererInfo.parse("pencil", yaml), root.resolve("kit"), List.of(named), scratch);
  }

  @Test
  void version_and_features_are_what_the_program_prints() throws Exception {
    Path file =
        program(
            bin,
            """
            case $1 in
              --version) echo "Starting"; echo "Pencil 2.10 (soft)" ;;
              --inks) printf 'ink red\\nink blue\\nno ink\\n' ;;
            esac
            """);
    assertThat(find(INFO))
        .containsExactly(
            new InstalledRenderer(new Renderer("pencil", "2.10", List.of("blue", "red")), file));
  }

  @Test
  void an_answer_may_be_json_and_arguments_may_name_the_renderers_folder() throws Exception {
    program(bin, "echo \"SAYS {\\\"version\\\": \\\"1.2\\\", \\\"features\\\": [\\\"$1\\\"]}\"\n");
    List<InstalledRenderer> found =
        find(
            """
            {version: 1, title: Pencil,
             program: {names: [pencil], ask: ["{folder}/probe"], json: '^SAYS (.*)$'}}
            """);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().renderer().features())
        .containsExactly(root.resolve("kit") + "/probe");
  }

  @Test
  void a_program_that_says_something_else_is_left_out() throws Exception {
    program(bin, "echo 'this is a crayon'; exit 3\n");
    assertThat(find(INFO)).isEmpty();
  }

  @Test
  void a_person_may_name_the_program_or_its_folder() throws Exception {
    program(bin, "echo 'this is a crayon'\n");
    Path other = root.resolve("other");
    program(other, "echo 'Pencil 3.0'\n");
    assertThat(find(INFO, other.toString(), root.resolve("gone").toString()))
        .extracting(one -> one.renderer().version())
        .containsExactly("3.0");
  }

  @Test
  void a_renderer_without_a_program_is_everywhere() throws Exception {
    assertThat(find("{version: 1, title: Pencil}"))
        .extracting(InstalledRenderer::label)
        .containsExactly("pencil 1");
  }
}
