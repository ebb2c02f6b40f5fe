package blenderer.server.routes;

import blenderer.core.Decision.Verdict;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.Unavailable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the scheduler's replies on the virtual thread of a request. */
final class Waiting {

  static final long PATIENCE_MILLIS = 30_000;

  private Waiting() {}

  static <T> T reply(CompletableFuture<T> future, long extraMillis) throws IOException {
    try {
      return future.get(PATIENCE_MILLIS + extraMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Unavailable why) {
        throw why;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw HttpError.retryable(
          503, "busy", "The server has too much to do.", "Try again in a moment.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Waits for a person's action; a refusal is thrown. */
  static void done(CompletableFuture<Verdict> future) throws IOException {
    switch (reply(future, 0)) {
      case Verdict.Done() -> {}
      case Verdict.Refused(String code, String message) -> throw refused(code, message);
      case Verdict.NotLoaded(String job) ->
          throw refused("job-not-found", "There is no job " + job + ".");
    }
  }

  private static HttpError refused(String code, String message) {
    String sentence = Character.toUpperCase(message.charAt(0)) + message.substring(1);
    return HttpError.of(
        code.endsWith("-not-found") ? 404 : 409,
        code,
        sentence.endsWith(".") ? sentence : sentence + ".",
        next(code));
  }

  private static String next(String code) {
    return switch (code) {
      case NodeRoutes.NOT_FOUND -> NodeRoutes.NOT_FOUND_NEXT;
      case "job-not-found" -> "Look for it in the list of jobs (blenderer jobs).";
      default -> "Look at its present state first.";
    };
  }
}
