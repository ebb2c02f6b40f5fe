package blenderer.server.routes;

import blenderer.openjd.EnvironmentTemplate;
import blenderer.openjd.Job;
import blenderer.openjd.JobCreation;
import blenderer.openjd.JobTemplate;
import blenderer.openjd.TemplateError;
import blenderer.openjd.Templates;
import blenderer.server.http.HttpError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads templates of people and makes jobs of them. What comes from outside may be made to use up a
 * computer, so few are read at once, each on a thread of its own with a small stack, and nobody
 * waits for one longer than a set time.
 */
final class JobCheck {

  /** The most tasks of one job. */
  static final long MOST_TASKS = 1_000_000;

  private static final int AT_ONCE = 2;
  private static final long PATIENCE_SECONDS = 20;
  private static final long STACK_BYTES = 1 << 20;
  private static final int MOST_ERRORS = 50;

  private final Semaphore places = new Semaphore(AT_ONCE);

  /**
   * The job, with everything resolved that needs no host.
   *
   * @param environments documents of environment templates, outermost first
   * @throws HttpError 422 naming everything that is wrong, 503 when others are being read
   */
  Job resolve(byte[] document, List<byte[]> environments, Map<String, String> parameters)
      throws IOException {
    return apart(() -> create(document, environments, parameters));
  }

  /**
   * Reads a job template.
   *
   * @throws HttpError as {@link #resolve}
   */
  JobTemplate read(byte[] document) throws IOException {
    return apart(
        () ->
            switch (Templates.parseJob(document, "template")) {
              case Templates.Refused(List<TemplateError> errors) ->
                  throw refused("template-invalid", "The template", errors);
              case Templates.Parsed(JobTemplate parsed) -> parsed;
            });
  }

  /** On a thread of its own, that ends in time whatever the document says. */
  private <T> T apart(Supplier<T> work) throws IOException {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw HttpError.retryable(
            503, "busy", "The server reads other templates.", "Try again in a moment.");
      }
      Thread.ofPlatform()
          .name("template-check")
          .daemon()
          .stackSize(STACK_BYTES)
          .start(() -> run(work, result));
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HttpError refusal) {
        throw refusal;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw HttpError.of(
          422,
          "template-too-slow",
          "The template took longer than " + PATIENCE_SECONDS + " s to check.",
          "Make its expressions and ranges simpler.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private <T> void run(Supplier<T> work, CompletableFuture<T> result) {
    try {
      result.complete(work.get());
    } catch (StackOverflowError e) {
      result.completeExceptionally(
          HttpError.of(
              422,
              "template-too-deep",
              "The template nests deeper than the server follows.",
              "Nest its values and expressions less deeply."));
    } catch (RuntimeException | Error e) {
      // The caller waits for this thread and must hear of it.
      result.completeExceptionally(e);
    } finally {
      places.release();
    }
  }

  private static Job create(
      byte[] document, List<byte[]> environments, Map<String, String> parameters) {
    List<EnvironmentTemplate> around = new ArrayList<>();
    for (int i = 0; i < environments.size(); i++) {
      switch (Templates.parseEnvironment(environments.get(i), "environment " + (i + 1))) {
        case Templates.Refused(List<TemplateError> errors) ->
            throw refused("template-invalid", "The environment template " + (i + 1), errors);
        case Templates.ParsedEnvironment(EnvironmentTemplate parsed) -> around.add(parsed);
      }
    }
    switch (Templates.parseJob(document, "template")) {
      case Templates.Refused(List<TemplateError> errors) ->
          throw refused("template-invalid", "The template", errors);
      case Templates.Parsed(var parsed) -> {
        switch (JobCreation.create(parsed, around, parameters)) {
          case JobCreation.Refused(List<TemplateError> errors) ->
              throw refused("parameters-invalid", "The job", errors);
          case JobCreation.Created(Job job) -> {
            checkSize(job);
            return job;
          }
        }
      }
    }
  }

  private static void checkSize(Job job) {
    long tasks = 0;
    for (Job.Step step : job.steps()) {
      tasks += step.tasks().size();
    }
    if (tasks > MOST_TASKS) {
      throw HttpError.of(
          422,
          "too-many-tasks",
          "The job has " + tasks + " tasks; the most is " + MOST_TASKS + ".",
          "Shorten its ranges, or make several jobs of it.");
    }
  }

  private static HttpError refused(String code, String what, List<TemplateError> errors) {
    String more =
        errors.size() > MOST_ERRORS ? "; and " + (errors.size() - MOST_ERRORS) + " more" : "";
    return HttpError.of(
        422,
        code,
        what
            + " cannot be used: "
            + errors.stream()
                .limit(MOST_ERRORS)
                .map(TemplateError::toString)
                .collect(Collectors.joining("; "))
            + more,
        "Mend " + (errors.size() == 1 ? "it" : "all " + errors.size()) + " and submit again.");
  }
}
