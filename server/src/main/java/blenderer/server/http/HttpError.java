package blenderer.server.http;

import blenderer.api.Farm;

/** An error that the caller sees as {@code application/problem+json}. */
public final class HttpError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Farm.Problem problem;

  private HttpError(Farm.Problem problem) {
    super(problem.code() + ": " + problem.title(), null, false, false);
    this.problem = problem;
  }

  /** An error that the same request will meet again. */
  public static HttpError of(int status, String code, String title, String next) {
    return new HttpError(new Farm.Problem(status, code, title, next, "never"));
  }

  /** An error after which the same request may succeed. */
  public static HttpError retryable(int status, String code, String title, String next) {
    return new HttpError(new Farm.Problem(status, code, title, next, "here"));
  }

  /** A request that makes no sense. */
  public static HttpError badRequest(String code, String title, String next) {
    return of(400, code, title, next);
  }

  /** What goes over the wire. */
  public Farm.Problem problem() {
    return problem;
  }
}
