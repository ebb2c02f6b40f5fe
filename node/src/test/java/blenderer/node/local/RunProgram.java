package blenderer.node.local;

import picocli.CommandLine;

/** The command as a process of its own. */
public final class RunProgram {

  private RunProgram() {}

  /** As {@code blenderer openjd run}. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new RunCommand()).execute(args));
  }
}
