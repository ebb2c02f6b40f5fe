package blenderer.app;

/** Where the program starts. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its {@link Exit} code. */
  public static void main(String[] args) {
    int code = Program.run(args);
    System.out.flush();
    System.exit(code);
  }
}
