package blenderer.node.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Runs the command in this process. */
final class CommandRig {

  /**
   * What came of it.
   *
   * @param output of both streams
   */
  record Outcome(int exitCode, String output) {}

  private final Path folder;

  /**
   * @param folder where the person is and the template lies
   */
  CommandRig(Path folder) throws IOException {
    this.folder = folder.toRealPath();
  }

  Path folder() {
    return folder;
  }

  Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Runs a template, written into its file first. */
  Outcome run(String template, String... arguments) throws IOException {
    file("template.yaml", template);
    List<String> all = new ArrayList<>(List.of("template.yaml"));
    all.addAll(List.of(arguments));
    return call(all.toArray(String[]::new));
  }

  Outcome call(String... arguments) {
    StringWriter text = new StringWriter();
    PrintWriter writer = new PrintWriter(text, true);
    CommandLine line = new CommandLine(new RunCommand(folder));
    line.setOut(writer);
    line.setErr(writer);
    int code = line.execute(arguments);
    return new Outcome(code, text.toString());
  }
}
