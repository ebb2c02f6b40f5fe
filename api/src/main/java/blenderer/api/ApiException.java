package blenderer.api;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The server answered, and its answer is a problem. */
public final class ApiException extends FarmException {

  private final Farm.Problem problem;
  private final @Nullable Duration retryAfter;

  public ApiException(Farm.Problem problem) {
    this(problem, null);
  }

  ApiException(Farm.Problem problem, @Nullable Duration retryAfter) {
    super(problem.code(), problem.title(), problem.next());
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** What the server said. */
  public Farm.Problem problem() {
    return problem;
  }

  /** The HTTP status. */
  public int status() {
    return problem.status();
  }

  /** How long the server asks to wait before the next try. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  @Override
  public boolean mayPass() {
    return (status() == 503 || status() == 507 || status() == 429)
        && !problem.retry().equals("never");
  }
}
