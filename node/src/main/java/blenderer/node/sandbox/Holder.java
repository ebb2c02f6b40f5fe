package blenderer.node.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One bubblewrap process with the shell inside it. What the shell says cannot be trusted: whoever
 * runs in the box may stop it or speak in its place. So nobody waits for it without end, and what
 * it says is only ever about its own actions.
 */
final class Holder {

  /** Hears the shell's answers, on the holder's own thread. */
  interface Answers {
    void runs(long number, long process);

    void ended(long number, int exitCode);

    /** The box is empty and will stay so. */
    void gone();
  }

  private static final int LONGEST_ANSWER = 400;
  private static final long MOST_FOR_START_SECONDS = 20;
  private static final long MOST_FOR_END_SECONDS = 10;

  private final Process bubblewrap;
  private final Answers answers;
  private final OutputStream orders;
  private final ExecutorService writing =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("box-orders").factory());
  private final CountDownLatch ready = new CountDownLatch(1);
  private final CountDownLatch gone = new CountDownLatch(1);
  private volatile String lastWords = "";
  private volatile long init;

  private Holder(Process bubblewrap, Answers answers) {
    this.bubblewrap = bubblewrap;
    this.answers = answers;
    this.orders = bubblewrap.getOutputStream();
  }

  /**
   * Waits until the shell answers.
   *
   * @throws IOException with bubblewrap's own words, when it does not
   */
  static Holder of(Process bubblewrap, Answers answers) throws IOException {
    Holder holder = new Holder(bubblewrap, answers);
    Thread.ofPlatform().daemon().name("box-answers").start(holder::read);
    holder.order("echo ready\n");
    boolean began = false;
    try {
      began =
          holder.ready.await(MOST_FOR_START_SECONDS, TimeUnit.SECONDS)
              && holder.gone.getCount() > 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    holder.init = bubblewrap.children().mapToLong(ProcessHandle::pid).findFirst().orElse(0);
    if (!began) {
      holder.kill();
      String words = holder.lastWords;
      throw new IOException(
          "the sandbox does not start" + (words.isEmpty() ? "" : ": " + words.strip()));
    }
    return holder;
  }

  /** Sends an order; never blocks. Without effect once the box is gone. */
  void order(String text) {
    try {
      writing.execute(
          () -> {
            try {
              orders.write(text.getBytes(UTF_8));
              orders.flush();
            } catch (IOException e) {
              bubblewrap.destroyForcibly(); // nobody listens there any more
            }
          });
    } catch (RejectedExecutionException e) {
      // Gone.
    }
  }

  private void read() {
    try (InputStream in = new BufferedInputStream(bubblewrap.getInputStream())) {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          answer(line.toString());
          line.setLength(0);
        } else if (line.length() < LONGEST_ANSWER) {
          line.append((char) c);
        }
      }
    } catch (IOException e) {
      // Ended.
    } finally {
      bubblewrap.destroyForcibly();
      writing.shutdownNow();
      gone.countDown();
      ready.countDown();
      answers.gone();
    }
  }

  private void answer(String line) {
    String[] words = line.split(" ", 4);
    try {
      if (words.length == 3 && words[0].equals("pid")) {
        answers.runs(Long.parseLong(words[1]), Long.parseLong(words[2]));
      } else if (words.length == 3 && words[0].equals("end")) {
        answers.ended(Long.parseLong(words[1]), Integer.parseInt(words[2]));
      } else if (line.equals("ready")) {
        ready.countDown();
      } else {
        lastWords = line;
      }
    } catch (NumberFormatException e) {
      lastWords = line;
    }
  }

  boolean isAlive() {
    return gone.getCount() > 0 && bubblewrap.isAlive();
  }

  /** Bubblewrap's process id; every process of the box descends from it. */
  long pid() {
    return bubblewrap.pid();
  }

  /**
   * Kills everything in the box. The first process of the namespace dies with bubblewrap, and ends
   * only when the kernel has ended all others.
   */
  void kill() {
    bubblewrap.destroyForcibly();
    try {
      bubblewrap.waitFor(MOST_FOR_END_SECONDS, TimeUnit.SECONDS);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_FOR_END_SECONDS);
      while (init != 0 && Processes.isAlive(init) && System.nanoTime() < deadline) {
        Thread.sleep(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
