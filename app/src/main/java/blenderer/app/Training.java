package blenderer.app;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Run once while packaging, to fill the start-up cache with the classes that commands need. Talks
 * to nobody and writes nothing; a training command that fails has still loaded its classes.
 */
final class Training {
  private Training() {}

  public static void main(String[] args) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"--version"});
    lines.add(new String[] {"--help"});
    lines.add(new String[] {"no-such-command"});
    for (String name : Commands.all().keySet()) {
      lines.add(new String[] {name, "--help"});
    }
    lines.add(new String[] {"version"});
    for (String[] line : lines) {
      Program.run(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), line);
    }
  }
}
