package blenderer.server.backup;

import blenderer.cas.CasException;
import blenderer.core.Journal.JournalException;
import blenderer.journal.DatabaseRefused;
import blenderer.server.ServerException;
import blenderer.server.trust.TrustException;
import java.io.IOException;
import picocli.CommandLine;

/** Runs a command's work and says in one line what stopped it. */
final class Attempt {

  static final int FAILED = 1;

  private Attempt() {}

  /** What is to be done; answers the exit code. */
  interface Work {
    int run(Progress progress) throws IOException;
  }

  static int run(CommandLine line, Work work) {
    ProgressBar bar = new ProgressBar(line.getErr());
    try {
      int code;
      try (bar) {
        code = work.run(bar);
      }
      line.getOut().flush();
      return code;
    } catch (ServerException e) {
      return say(line, e.code(), e);
    } catch (DatabaseRefused e) {
      return say(line, e.code(), e);
    } catch (JournalException e) {
      return say(line, "journal", e);
    } catch (CasException e) {
      return say(line, "files", e);
    } catch (TrustException e) {
      return say(line, "certificates", e);
    } catch (IOException e) {
      boolean full = String.valueOf(e.getMessage()).contains("No space left");
      return say(line, full ? "no-space" : "disk", e);
    }
  }

  private static int say(CommandLine line, String code, Exception e) {
    String text = e instanceof IOException ? e.toString() : String.valueOf(e.getMessage());
    line.getErr().println(code + ": " + text);
    line.getErr().flush();
    return FAILED;
  }
}
