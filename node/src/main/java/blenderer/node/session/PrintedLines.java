package blenderer.node.session;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a FIFO into which actions print. It is held open for reading and writing, so that what an
 * action leaves in the background may go on printing: there is no end-of-file to wait for. Where an
 * action's own output ends is told by a mark that is written behind it.
 */
final class PrintedLines implements AutoCloseable {

  private static final int LONGEST_LINE = 64 * 1024;

  private final RandomAccessFile fifo;
  private final LineSplitter.Sink sink;
  private final String secret = "\u001e" + UUID.randomUUID() + " ";
  private final AtomicLong marks = new AtomicLong();
  private final ConcurrentHashMap<String, CompletableFuture<Void>> awaited =
      new ConcurrentHashMap<>();
  private final Thread reader;

  /** Empty lines wait for the next line: the one before a mark is not the action's. */
  private int emptyLines;

  private volatile boolean ended;

  PrintedLines(Path path, LineSplitter.Sink sink) throws IOException {
    this.fifo = new RandomAccessFile(path.toFile(), "rw");
    this.sink = sink;
    this.reader = Thread.ofPlatform().daemon().name("session-output").unstarted(this::read);
    reader.start();
  }

  private void read() {
    LineSplitter splitter = new LineSplitter(LONGEST_LINE, this::line);
    byte[] buffer = new byte[LONGEST_LINE];
    try {
      while (!ended) {
        int count = fifo.read(buffer);
        if (count < 0) {
          return;
        }
        splitter.feed(buffer, count);
      }
    } catch (IOException e) {
      // Closed.
    } finally {
      awaited.values().forEach(mark -> mark.complete(null));
    }
  }

  private void line(String line, boolean whole) {
    if (line.startsWith(secret)) {
      emptyLines = 0;
      CompletableFuture<Void> mark = awaited.remove(line);
      if (mark != null) {
        mark.complete(null);
      }
      return;
    }
    if (line.isEmpty()) {
      emptyLines++;
      return;
    }
    for (; emptyLines > 0; emptyLines--) {
      sink.line("", true);
    }
    sink.line(line, whole);
  }

  /** Waits until everything that was printed before this call has been handed on. */
  void drain() throws InterruptedException {
    String mark = secret + marks.incrementAndGet();
    CompletableFuture<Void> seen = new CompletableFuture<>();
    awaited.put(mark, seen);
    try {
      // Shorter than PIPE_BUF: nobody else's bytes get in between.
      fifo.write(("\n" + mark + "\n").getBytes(StandardCharsets.UTF_8));
      while (reader.isAlive() && !seen.isDone()) {
        try {
          seen.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
          // The listener takes its time.
        }
      }
    } catch (IOException | ExecutionException e) {
      // Closed meanwhile: nothing more will come.
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      fifo.write('\n');
      reader.join(1000);
      fifo.close();
    } catch (IOException e) {
      // Nothing is kept there.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
