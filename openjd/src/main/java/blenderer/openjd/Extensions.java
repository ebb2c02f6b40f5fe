package blenderer.openjd;

import java.util.List;

/** The extensions of the 2023-09 revision and which of them work here. */
public final class Extensions {

  /** Runs of tasks in one action. */
  public static final String TASK_CHUNKING = "TASK_CHUNKING";

  /** Secrets in the output of an environment's actions. */
  public static final String REDACTED_ENV_VARS = "REDACTED_ENV_VARS";

  /** Higher limits, interpreters in place of scripts, references in numbers. */
  public static final String FEATURE_BUNDLE_1 = "FEATURE_BUNDLE_1";

  /** The expression language, and the parameter types that come with it. */
  public static final String EXPR = "EXPR";

  /** What a template may ask for. A template that asks for anything else is refused. */
  public static final List<String> SUPPORTED =
      List.of(TASK_CHUNKING, REDACTED_ENV_VARS, FEATURE_BUNDLE_1, EXPR);

  private Extensions() {}
}
