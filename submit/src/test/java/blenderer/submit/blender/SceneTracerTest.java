package blenderer.submit.blender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import blenderer.submit.SceneTrace;
import blenderer.submit.SubmitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a played Blender: what it says, and how it can fail to say it. */
final class SceneTracerTest {

  private static final String SCENE =
      "{\"name\":\"S\",\"start\":1,\"end\":9,\"step\":2,\"width\":320,\"height\":180,"
          + "\"size\":\"320x180\",\"camera\":%s,\"format\":\"%s\",\"movie\":%s,"
          + "\"features\":[\"cycles\"],\"engine\":\"CYCLES\"}";

  @TempDir Path folder = Path.of("");

  private SceneTrace trace(String script, String sceneName) throws IOException {
    Path blender = Files.writeString(folder.resolve("blender"), "#!/bin/sh\n" + script + "\n");
    assertThat(blender.toFile().setExecutable(true)).isTrue();
    Path scene = Files.writeString(folder.resolve("shot.blend"), "BLENDER");
    return new SceneTracer(BlenderProgram.find(folder.toString(), Map.of()), Path.of("trace.py"))
        .trace(scene, new SceneOverrides(Map.of("SceneName", sceneName)));
  }

  private SubmitException failure(String script) {
    return catchThrowableOfType(SubmitException.class, () -> trace(script, ""));
  }

  private static String says(String json) {
    return "echo noise\ncat <<'END'\nBLENDERER_TRACE " + json + "\nEND";
  }

  private static String facts(String scene, String files) {
    return "{\"version\":1,\"blender\":\"3.4.1\",\"saved\":\"3.4\",\"active\":\"S\",\"scene\":"
        + scene
        + ",\"scenes\":["
        + scene
        + "],\"requires\":{\"atLeast\":\"3.4\",\"features\":[\"cycles\"]},\"files\":["
        + files
        + "],\"warnings\":[{\"code\":\"scripts-off\",\"message\":\"scripts\"},"
        + "{\"code\":\"missing-file\",\"message\":\"x\"}],\"newField\":1}";
  }

  private static String file(String path, String kind, String flags) {
    return "{\"path\":\"" + path + "\",\"kind\":\"" + kind + "\",\"user\":\"u\"," + flags + "}";
  }

  @Test
  void facts_are_taken_and_of_the_files_those_that_are_there_and_can_be_sent() throws IOException {
    String flags = "\"exists\":%s,\"directory\":false,\"supported\":%s,\"used\":%s";
    String files =
        String.join(
            ",",
            file("/a.png", "image", flags.formatted(true, true, true)),
            file("/b.png", "image", flags.formatted(false, true, true)),
            file("/unused.png", "image", flags.formatted(false, true, false)),
            file("/c.vdb", "volume", flags.formatted(true, false, true)));
    SceneTrace trace = trace(says(facts(SCENE.formatted("\"Camera\"", "PNG", "false"), files)), "");
    assertThat(paths(trace.files())).containsExactly("/a.png");
    assertThat(trace.frames()).isEqualTo("1-9:2");
    assertThat(trace.size()).isEqualTo("320x180");
    assertThat(trace.atLeast()).isEqualTo("3.4");
    assertThat(trace.features()).containsExactly("cycles");
  }

  private static Set<String> paths(java.util.List<SceneTrace.TracedFile> files) {
    return files.stream().map(SceneTrace.TracedFile::path).collect(Collectors.toSet());
  }

  @Test
  void an_unknown_scene_name_is_answered_with_the_known_ones() {
    String facts = facts(SCENE.formatted("\"C\"", "PNG", "false"), "");
    SubmitException e = catchThrowableOfType(SubmitException.class, () -> trace(says(facts), "T"));
    assertThat(e.code()).isEqualTo("no-such-scene");
    assertThat(e.next()).contains("'S'");
  }

  @Test
  void what_blender_finds_wrong_is_passed_on() {
    SubmitException e =
        failure(
            says(
                "{\"version\":1,\"blender\":\"3.4.1\",\"error\":"
                    + "{\"code\":\"scene-newer\",\"message\":\"saved by 9.9\"}}"));
    assertThat(e.code()).isEqualTo("scene-newer");
    assertThat(e.sentence()).isEqualTo("saved by 9.9.");
  }

  @Test
  void a_blender_that_dies_is_quoted() {
    SubmitException e = failure("echo 'Error: no GPU'; exit 7");
    assertThat(e.code()).isEqualTo("trace-failed");
    assertThat(e.sentence()).contains("shot.blend").contains("exit code 7");
    assertThat(e.details()).containsExactly("Error: no GPU");
  }

  @Test
  void a_file_that_is_not_there_and_a_blender_that_is_none_are_named() {
    SceneTracer tracer = new SceneTracer(Path.of("blender"), Path.of("trace.py"));
    SubmitException scene =
        catchThrowableOfType(
            SubmitException.class,
            () -> tracer.trace(folder.resolve("no.blend"), SceneOverrides.NONE));
    assertThat(scene.code()).isEqualTo("scene-not-found");
    SubmitException blender =
        catchThrowableOfType(
            SubmitException.class,
            () -> BlenderProgram.find(null, Map.of("PATH", folder.toString())));
    assertThat(blender.code()).isEqualTo("no-blender");
  }
}
