package blenderer.renderers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of a renderer's script, as an action of a session has it.
 *
 * @param lines what it printed
 */
record ScriptRun(int exit, List<String> lines) {

  /**
   * Runs {@code sh renderers/NAME/SCRIPT}.
   *
   * @param session the session's folder
   */
  static ScriptRun of(Path session, String renderer, String script, String... arguments)
      throws IOException, InterruptedException {
    Path folder = Path.of(renderer).toAbsolutePath();
    List<String> command = new ArrayList<>(List.of("sh", folder.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile(session, "log", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(session.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", System.getenv("PATH"));
    environment.put("HOME", session.toString());
    environment.put("TMPDIR", session.toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("OPENJD_SESSION_WORKING_DIR", session.toString());
    environment.put("BLENDERER_RENDERER_DIR", folder.toString());
    environment.put("BLENDERER_RENDERER", program(renderer));
    environment.put("BLENDERER_THREADS", "1");
    Process process = builder.start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("the script does not end: " + Files.readString(log));
    }
    return new ScriptRun(
        process.exitValue(),
        new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).lines().toList());
  }

  static String program(String name) {
    for (String place : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path candidate = Path.of(place, name);
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new AssertionError(
        name + " is not installed, and these tests need it: apt-get install " + name);
  }

  ScriptRun succeeded() {
    assertThat(exit).as("%s", lines).isZero();
    return this;
  }

  List<String> starting(String prefix) {
    return lines.stream().filter(line -> line.startsWith(prefix)).toList();
  }

  /** The code of the failure that a node would report; a line of the log may be one, too. */
  String failure(RendererChecks checks) {
    List<String> said = starting("openjd_fail: ");
    if (!said.isEmpty()) {
      return checks.failureOf(said.getFirst().substring("openjd_fail: ".length())).code();
    }
    return lines.stream()
        .flatMap(line -> checks.logRules().judge(line).stream())
        .findFirst()
        .map(failure -> failure.code())
        .orElse(exit == 0 ? "none" : "action-failed");
  }
}
