package blenderer.bench.crowd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How many files a second this disk takes at all, in the steps in which the content store makes one
 * last: written, synced, renamed into one of 256 folders, that folder synced.
 */
final class DiskPace {

  private static final int THREADS = 32;
  private static final int FILES = 64;

  private DiskPace() {}

  static long filesPerSecond(Path folder, int bytes) throws IOException, InterruptedException {
    Path temp = Files.createDirectories(folder.resolve("temp"));
    for (int shard = 0; shard < 256; shard++) {
      Files.createDirectories(folder.resolve("%02x".formatted(shard)));
    }
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int seed = thread;
        all.add(threads.submit(() -> write(folder, temp, seed, bytes)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new BenchFailure("the disk cannot be measured: " + e.getCause());
    }
    return Math.round(THREADS * FILES / ((System.nanoTime() - start) / 1e9));
  }

  private static void write(Path folder, Path temp, int seed, int bytes) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] content = new byte[bytes];
    try {
      for (int i = 0; i < FILES; i++) {
        random.nextBytes(content);
        String name = seed + "-" + i;
        Path file = temp.resolve(name);
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(content));
          channel.force(true);
        }
        Path shard = folder.resolve("%02x".formatted(random.nextInt(256)));
        Files.move(file, shard.resolve(name));
        try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
