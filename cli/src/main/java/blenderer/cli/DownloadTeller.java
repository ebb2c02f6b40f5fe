package blenderer.cli;

import blenderer.submit.FollowDownload;
import blenderer.submit.SubmitException;
import java.io.PrintWriter;

/** Says at once which file cannot be written; the rest is said at the end. */
final class DownloadTeller implements FollowDownload.Listener {

  private final PrintWriter err;
  private final Surroundings around;

  DownloadTeller(PrintWriter err, Surroundings around) {
    this.err = err;
    this.around = around;
  }

  @Override
  public void refused(SubmitException why) {
    if (around.terminal()) {
      err.print("\r\033[K");
    }
    err.println("Not downloaded: " + Texts.clean(why.sentence()));
    err.flush();
  }
}
