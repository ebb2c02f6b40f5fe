package blenderer.journal;

import blenderer.cas.BlobRow;
import blenderer.core.Journal;
import blenderer.core.Row;
import blenderer.model.JobState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * A program that writes until it is killed, and says on its standard output what is durable: a line
 * {@code revision N} or {@code blob N} after each.
 */
final class CrashingWriter {

  private CrashingWriter() {}

  static Row.Job job(long revision) {
    return Samples.job("j%08d".formatted(revision), JobState.WAITING);
  }

  private static final int MOST_AHEAD = 8;

  static BlobRow blob(long number) {
    return new BlobRow(Samples.digest("blob " + number), number, number, number);
  }

  public static void main(String[] arguments) throws InterruptedException {
    Database database = Database.open(Path.of(arguments[0]));
    long blobs = Long.parseLong(arguments[1]);
    Journal journal = database.journal();
    long first = journal.load().revision() + 1;
    // The uploads run ahead of the commits, but not so far that there are none before the kill.
    Semaphore ahead = new Semaphore(MOST_AHEAD);
    Thread uploads =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (long number = blobs + 1; ; number++) {
                    ahead.acquireUninterruptibly();
                    database.blobs().add(blob(number));
                    say("blob " + number);
                  }
                });
    for (long revision = first; uploads.isAlive(); revision++) {
      journal.commit(
          revision,
          List.of(
              job(revision),
              Samples.task(job(revision).id(), 0, 0, blenderer.model.TaskState.LEASED),
              Samples.output(job(revision).id(), 0, 0, 1)));
      say("revision " + revision);
      ahead.release(MOST_AHEAD / 2);
    }
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
