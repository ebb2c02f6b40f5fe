package blenderer.journal;

import blenderer.cas.BlobRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Durable units a second for one caller and for many at once, in turns. A program to run by hand;
 * its figures stand in {@code docs/decisions}.
 */
final class GroupCommitFigures {

  private GroupCommitFigures() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(Path.of("").toAbsolutePath(), "figures");
    try (Database database = Database.open(folder.resolve("journal.db"))) {
      for (int round = 0; round < 3; round++) {
        for (int callers : new int[] {1, 8, 64, 256}) {
          System.out.printf(
              "round %d, %d callers: %.0f units/s%n", round, callers, rate(database, callers));
        }
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static final AtomicLong NUMBER = new AtomicLong();

  private static double rate(Database database, int callers) throws InterruptedException {
    long began = System.nanoTime();
    long end = began + 2_000_000_000L;
    AtomicLong units = new AtomicLong();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        threads.execute(
            () -> {
              while (System.nanoTime() < end) {
                long number = NUMBER.incrementAndGet();
                database
                    .blobs()
                    .add(new BlobRow(Samples.digest("blob " + number), number, number, number));
                units.incrementAndGet();
              }
            });
      }
    }
    return units.get() * 1e9 / (System.nanoTime() - began);
  }
}
