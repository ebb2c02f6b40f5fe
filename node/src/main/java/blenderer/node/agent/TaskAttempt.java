package blenderer.node.agent;

import blenderer.model.Failure;
import blenderer.node.session.AttemptLog;
import blenderer.openjd.Directive;
import org.jspecify.annotations.Nullable;

/** One attempt at one task, while it lasts. For one thread at a time. */
final class TaskAttempt {

  final int index;
  final long startedAt;
  final AttemptLog log;

  /** What its output said against it, first rule first. */
  @Nullable Failure fromLog;

  /** Why it failed; the reason of the last try counts. */
  @Nullable Failure failure;

  /** What the renderer said of the result; null: nothing. */
  Directive.@Nullable Look told;

  /** The most memory its renderer said it used; 0: it did not say. */
  long memoryBytes;

  /** Whether nobody wanted it any more when it was done, and its files lie there still. */
  boolean leftBehind = false;

  TaskAttempt(int index, long startedAt, AttemptLog log) {
    this.index = index;
    this.startedAt = startedAt;
    this.log = log;
  }

  @Nullable Long memory() {
    return memoryBytes == 0 ? null : memoryBytes;
  }
}
