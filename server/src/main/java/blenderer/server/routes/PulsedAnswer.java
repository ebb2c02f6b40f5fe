package blenderer.server.routes;

import blenderer.api.Farm;
import blenderer.api.Pulse;
import blenderer.core.Journal;
import blenderer.server.http.Exchange;
import blenderer.server.http.HttpError;
import blenderer.server.scheduling.Unavailable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * An answer that may be long in coming. Whoever understands {@link Pulse}s hears from the server
 * meanwhile, so that silence means that it is gone; the thread that waits writes them.
 */
final class PulsedAnswer {

  private static final byte[] BLANK = "\n".getBytes(StandardCharsets.US_ASCII);

  private PulsedAnswer() {}

  /**
   * Waits and answers.
   *
   * @param extraMillis how long the answer may be put off on purpose
   * @param leads whether this server can still give it: one that was cut off from the database may
   *     hang in there for longer than another one needs to take its place
   * @param view what goes over the wire, made when the answer is known
   */
  static <T> void send(
      Exchange exchange,
      CompletableFuture<T> answer,
      long extraMillis,
      BooleanSupplier leads,
      Function<T, Object> view)
      throws IOException {
    boolean understood =
        exchange.header(Pulse.HEADER).filter(value -> value.equals(Pulse.YES)).isPresent();
    if (understood) {
      exchange.answerHeader(Pulse.HEADER, Pulse.YES);
    }
    if (!understood || isSoon(answer)) {
      exchange.json(200, view.apply(Waiting.reply(answer, extraMillis)));
      return;
    }
    if (!leads.getAsBoolean()) {
      throw Unavailable.noLeader();
    }
    long deadline =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Waiting.PATIENCE_MILLIS + extraMillis);
    OutputStream out = exchange.stream(200, "application/json", -1);
    do {
      out.write(BLANK);
      out.flush();
    } while (!isSoon(answer) && leads.getAsBoolean() && System.nanoTime() < deadline);
    if (!answer.isDone() && !leads.getAsBoolean()) {
      answer.completeExceptionally(Unavailable.noLeader());
    }
    out.write(Exchange.JSON.writeValueAsBytes(outcome(answer, view)));
    out.close();
  }

  /** Whether it is known before the next pulse is due. */
  private static boolean isSoon(CompletableFuture<?> answer) throws IOException {
    try {
      answer.get(Pulse.EVERY.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The head has gone out: a problem becomes what the body holds. */
  private static <T> Object outcome(CompletableFuture<T> answer, Function<T, Object> view)
      throws IOException {
    try {
      return view.apply(Waiting.reply(answer, -Waiting.PATIENCE_MILLIS));
    } catch (Unavailable e) {
      return passing(e.code(), String.valueOf(e.getMessage()));
    } catch (Journal.JournalException e) {
      return passing("read-only", "The server cannot read its journal.");
    } catch (HttpError e) {
      return e.problem();
    }
  }

  private static Farm.Problem passing(String code, String title) {
    return new Farm.Problem(503, code, title, "Try again in a moment.", "here");
  }
}
