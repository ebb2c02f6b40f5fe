package blenderer.cli;

import blenderer.submit.Submission;
import java.io.PrintWriter;
import java.nio.file.Path;

/** Shows how far hashing and upload are. */
final class SubmitTeller implements Submission.Listener {

  /** Less than this is done before anybody could read the line. */
  private static final long WORTH_SHOWING = 8_000_000;

  private final ProgressLine line;
  private final PrintWriter err;

  SubmitTeller(ProgressLine line, PrintWriter err) {
    this.line = line;
    this.err = err;
  }

  @Override
  public void hashing(long done, long total) {
    show("Reading files", done, total);
  }

  @Override
  public void uploading(long done, long total) {
    show("Uploading", done, total);
  }

  private void show(String what, long done, long total) {
    if (total >= WORTH_SHOWING) {
      line.show(
          what
              + " "
              + line.bar(done, total)
              + "  "
              + Texts.bytes(done)
              + " of "
              + Texts.bytes(total));
    }
  }

  @Override
  public void changed(Path file) {
    line.clear();
    err.println(Texts.clean("'" + file + "' changed meanwhile and is read again."));
    err.flush();
  }
}
