package blenderer.openjd;

import java.util.List;

/** The extensions of the 2023-09 revision and which of them work here. */
public final class Extensions {

  /** Runs of tasks in one action. */
  public static final String TASK_CHUNKING = "TASK_CHUNKING";

  static final String EXPR = "EXPR";
  static final String FEATURE_BUNDLE_1 = "FEATURE_BUNDLE_1";

  /** What a template may ask for. A template that asks for anything else is refused. */
  public static final List<String> SUPPORTED = List.of(TASK_CHUNKING);

  private Extensions() {}
}
