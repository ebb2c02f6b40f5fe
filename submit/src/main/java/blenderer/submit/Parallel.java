package blenderer.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Does several things side by side, ends them all when one fails, and throws what that one threw.
 */
final class Parallel {

  /** A piece of work. */
  @FunctionalInterface
  interface Task<T> {
    T run();
  }

  private Parallel() {}

  /**
   * The results in the order of the tasks.
   *
   * @throws SubmitException {@code interrupted} when the caller's thread is
   */
  static <T> List<T> all(int atOnce, String name, List<Task<T>> tasks) {
    if (tasks.size() < 2 || atOnce < 2) {
      return tasks.stream().map(Task::run).toList();
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(atOnce, tasks.size()),
            Thread.ofPlatform().name(name + "-", 0).daemon().factory());
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (Task<T> task : tasks) {
        futures.add(threads.submit(task::run));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SubmitException("interrupted", "The work was interrupted.", "Begin again.");
    } catch (CancellationException e) {
      throw new IllegalStateException("nobody cancels these", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }
}
